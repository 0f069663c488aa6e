import { describe, expect, test } from 'vitest'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import { calm, rowsOf } from '../../contract/scene.ts'
import { people, useWire } from './wire-scene.ts'
import { cursorOf, type WireServer } from './wire-server.ts'

const wire = useWire()
const ALONE = { setName: undefined, hosts: undefined, primary: undefined }
const IDS = ['65a000000000000000000001', '65a000000000000000000002']
const sent = (server: WireServer, name: string) =>
  server.heard.filter((command) => Object.keys(command)[0] === name)

/** A server that stands alone, and loses the connection at so many commands of the name. */
function losing(name: string, from = 1) {
  let count = 0
  return wire.serve({
    hello: ALONE,
    answer: (_, asked) => {
      if (asked === name && ++count === from) return 'cut'
      if (asked === 'listCollections') return cursorOf([{ name: 'people', type: 'collection' }])
      if (asked === 'find') return cursorOf(IDS.map((_id) => ({ _id })))
      if (asked === 'findAndModify') return { value: { _id: IDS[count - 1], name: 'before' }, ok: 1 }
      return undefined
    },
  })
}

const update = (adapter: DatabaseAdapter) =>
  adapter
    .update({ table: people, set: { name: 'after' }, where: { op: 'and', all: [] }, returning: [] }, calm)
    .catch((error: unknown) => error)

describe('a server without transactions loses the answer', () => {
  test('of an insert: what may be there is taken away, and the caller may try again', async () => {
    const server = await losing('insert')
    const adapter = await wire.open(server.port)
    const rows = [{ name: 'Ada' }, { name: 'Grace' }]
    const refused = adapter.insert({ table: people, rows, returning: [] }, calm)
    await expect(refused).rejects.toMatchObject({ code: 'unavailable', retryable: true })
    const [insert] = sent(server, 'insert')
    const ids = Object(insert).documents.map(({ _id }: { _id: unknown }) => String(_id))
    const [taken] = sent(server, 'delete')
    expect(String(Object(taken).deletes[0].q._id.$in)).toBe(String(ids))
  })

  test('of the last change of several: the others are taken back, and nobody says that all is as before', async () => {
    const server = await losing('findAndModify', 2)
    const adapter = await wire.open(server.port)
    expect(await update(adapter)).toMatchObject({
      code: 'unavailable',
      retryable: false,
      hint: expect.stringContaining('read the records'),
      context: { reason: 'outcome_unknown' },
    })
    expect(sent(server, 'update')).toMatchObject([{ updates: [{ u: { $set: { name: 'before' } } }] }])
  })

  test('of a read: it is read again', async () => {
    const server = await losing('find')
    const adapter = await wire.open(server.port)
    const query = { table: people, fields: ['_id'], limit: 5, as: 'rows' } as const
    expect(rowsOf(await adapter.select(query, calm))).toHaveLength(2)
    expect(sent(server, 'find')).toHaveLength(2)
  })
})
