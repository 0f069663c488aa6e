import { expect, test, vi } from 'vitest'
import { createBriefReads, type SendTogether } from '../../../adapters/database/sql/brief-reads.ts'
import { ownStatement } from '../../../adapters/database/sql/connection.ts'

const statement = (id: number) => ownStatement<number>('select 1', [], [id])
const answers: SendTogether<number> = async (statements) =>
  statements.map(({ parameters: [id = 0] }) => ({ rows: [{ id }] }))

function reads(send: SendTogether<number>) {
  const spy = vi.fn(send)
  const brief = createBriefReads(spy)
  return {
    spy,
    read: (count: number) => Promise.all([...Array(count).keys()].map((id) => brief.read(statement(id)))),
  }
}

test('reads of one turn are sent together, in parts, and each gets its own answer', async () => {
  const { spy, read } = reads(answers)
  const found = await read(20)
  expect(found).toEqual([...Array(20).keys()].map((id) => ({ rows: [{ id }] })))
  expect(spy.mock.calls.map(([statements]) => statements.length)).toEqual([16, 4])
})

test('one alone is left to be read alone', async () => {
  const { spy, read } = reads(answers)
  expect(await read(1)).toEqual([undefined])
  expect(spy).not.toHaveBeenCalled()
})

test('when nothing came of it they are read alone, and so are the next', async () => {
  const { spy, read } = reads(async () => undefined)
  expect(await read(3)).toEqual([undefined, undefined, undefined])
  expect(await read(3)).toEqual([undefined, undefined, undefined])
  expect(spy).toHaveBeenCalledTimes(1)
})

test('without a connection each of them is refused', async () => {
  const { read } = reads(() => Promise.reject(new Error('no connection')))
  await expect(read(2)).rejects.toThrow('no connection')
})
