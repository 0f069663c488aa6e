import { describe, expect, test } from 'vitest'
import { calm } from '../../contract/scene.ts'
import { tags, useTds } from './tds-scene.ts'
import { error, rows } from './tds-tokens.ts'

const tds = useTds()

/** A server that refuses whatever `refuses` matches, a batch as a whole. */
async function open(refuses: RegExp, config: object = {}, fails = /nothing/) {
  const { server, adapter } = await tds.open((sql) => {
    if (refuses.test(sql)) return error(195, "'x' is not a recognized SET option.", 15)
    if (fails.test(sql)) return error(2627, "Violation of UNIQUE KEY constraint 'uq'.")
    return /snapshot_isolation_state/.test(sql) ? rows(['on'], [['1']]) : undefined
  }, config)
  const insert = (labels: readonly string[]) =>
    adapter.insert({ table: tags, rows: labels.map((label) => ({ label })), returning: ['id'] }, calm)
  return { server, adapter, insert }
}

describe('a server that refuses settings of a session', () => {
  test('takes the others one by one, and works', async () => {
    const { server, adapter } = await open(/set (arithabort|datefirst)/)
    await adapter.ping(calm)
    expect(server.heard).toEqual(
      expect.arrayContaining(['set quoted_identifier on', 'set textsize 2147483647', 'set xact_abort on']),
    )
    expect(server.heard.at(-1)).toContain('select 1')
  })

  test('is asked for none a second time where it took all', async () => {
    const { server, adapter } = await open(/nothing/)
    await adapter.ping(calm)
    expect(server.heard.filter((sql) => sql === 'set xact_abort on')).toEqual([])
  })

  test('works without snapshots', async () => {
    const { server, adapter } = await open(/isolation level snapshot/)
    await adapter.ping(calm)
    expect(server.heard).toContain('set transaction isolation level snapshot')
  })

  test('with XACT_ABORT among them keeps many rows together by a transaction around them', async () => {
    const { server, insert } = await open(/xact_abort/)
    await insert(['a', 'b', 'c', 'd'])
    const sent = server.heard.slice(server.heard.indexOf('begin transaction'))
    expect(sent).toHaveLength(3)
    expect(sent[1]).toMatch(/^(?!.*begin transaction).*insert into "tags".*insert into "tags"/s)
    expect(sent[2]).toBe('commit transaction')
  })

  test('keeps no half of them when one fails', async () => {
    const { server, insert } = await open(/xact_abort/, {}, /insert into/)
    await expect(insert(['a', 'b', 'c', 'd'])).rejects.toMatchObject({ code: 'conflict' })
    expect(server.heard).not.toContain('commit transaction')
    expect(server.heard).toContain('if @@trancount > 0 rollback transaction')
  })

  test('is told of a statement of the configuration that it refuses', async () => {
    const { adapter } = await open(/deadlock_priority/, { statements: ['set deadlock_priority low'] })
    await expect(adapter.ping(calm)).rejects.toMatchObject({ code: 'unavailable', message: /runs on every/ })
  })
})
