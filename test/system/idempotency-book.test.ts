import { describe, expect, test } from 'vitest'
import { openMemory } from '../../adapters/database/memory/open.ts'
import { createKeyring } from '../../src/access/keyring.ts'
import { buildSchema } from '../../src/core/database/build-schema.ts'
import { IDEMPOTENCY_TABLE } from '../../src/system/bookkeeping.ts'
import { createIdempotencyBook, LONGEST_ENDING } from '../../src/system/idempotency-book.ts'

const asked = { scope: 'app:1 key', request: 'POST orders {"secret":"canary"}', rights: 'role:1:1' }
const HOUR = 3_600_000

function open() {
  let moment = Date.parse('2026-01-01T00:00:00Z')
  const database = openMemory([IDEMPOTENCY_TABLE])
  const { digest, seal } = createKeyring(new Uint8Array(32))
  const book = createIdempotencyBook(database, { digest, seal, now: () => moment })
  const [table] = buildSchema([IDEMPOTENCY_TABLE]).tables
  if (!table) throw new Error('no table')
  const stored = () =>
    database.select(
      { table, fields: table.fields.map(({ name }) => name), limit: 10, as: 'rows' },
      { signal: new AbortController().signal },
    )
  const pass = (ms: number) => {
    moment += ms
  }
  return {
    book,
    stored,
    pass,
    open: () => createIdempotencyBook(database, { digest, seal, now: () => moment }),
  }
}

async function begin(book: ReturnType<typeof open>['book'], request = asked) {
  const claimed = await book.claim(request)
  if (claimed.state !== 'new') throw new Error(claimed.state)
  return claimed
}

describe('a request that is to be carried out once', () => {
  test('is told its end, in another process too, and running until then', async () => {
    const { book, open: other } = open()
    const claimed = await begin(book)
    expect(await other().claim(asked)).toEqual({ state: 'running' })
    await claimed.finish('the answer')
    expect(await other().claim(asked)).toEqual({ state: 'done', ending: 'the answer' })
  })

  test('is let in once, however many come at the same time', async () => {
    const { book, open: other } = open()
    const claims = await Promise.all([book, other(), book, other()].map((one) => one.claim(asked)))
    expect(claims.map(({ state }) => state).toSorted()).toEqual(['new', 'running', 'running', 'running'])
  })

  test('is another one with another body, and not told under other rights', async () => {
    const { book } = open()
    await (await begin(book)).finish('x')
    expect(await book.claim({ ...asked, request: 'something else' })).toEqual({ state: 'other_request' })
    expect(await book.claim({ ...asked, rights: 'role:1:2' })).toEqual({ state: 'done_untold' })
    expect(await book.claim({ ...asked, scope: 'app:2 key' })).toMatchObject({ state: 'new' })
  })

  test('may be tried again when nothing was done', async () => {
    const { book } = open()
    await (await begin(book)).release()
    expect(await book.claim(asked)).toMatchObject({ state: 'new' })
  })

  test('whose process was lost stays taken, and is forgotten after a day', async () => {
    const { book, pass } = open()
    await begin(book)
    pass(HOUR)
    expect(await book.claim(asked)).toEqual({ state: 'lost' })
    pass(24 * HOUR)
    expect(await book.claim(asked)).toMatchObject({ state: 'new' })
  })

  test('leaves nothing to read in the database, and nothing after a day', async () => {
    const { book, stored, pass } = open()
    await (await begin(book)).finish('{"name":"canary"}')
    expect(JSON.stringify(await stored())).not.toMatch(/canary|app:1|role:1/)
    pass(25 * HOUR)
    await begin(book, { ...asked, scope: 'another' })
    expect(await stored()).toMatchObject({ rows: [{ state: 'running' }] })
  })

  test('keeps no end that is too long', async () => {
    const { book } = open()
    await (await begin(book)).finish('x'.repeat(LONGEST_ENDING + 1))
    expect(await book.claim(asked)).toEqual({ state: 'done_untold' })
  })
})
