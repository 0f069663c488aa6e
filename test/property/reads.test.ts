import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DatabaseAdapter } from '../../src/core/database/adapter.ts'
import { buildSchema } from '../../src/core/database/build-schema.ts'
import { listRecords } from '../../src/operations/database/list-records.ts'
import { ENGINES } from '../contract/engines.ts'
import { required } from '../contract/required.ts'
import { asEngineHas } from '../contract/world.ts'
import { listCases } from './arbitraries.ts'
import { answerOf } from './reference.ts'
import { inputOf } from './request.ts'
import { type Asked, serviceOn } from './service-on.ts'
import { TABLES, tableOf } from './world.ts'

/** PROPERTY_SEED repeats a run, PROPERTY_CASES makes it longer: `.ci/run` asks for 10 000. */
const seed = Number(process.env.PROPERTY_SEED ?? Math.floor(Math.random() * 2 ** 31))
const numRuns = Number(process.env.PROPERTY_CASES ?? 1_000)
const NAMES = ['memory', 'sqlite-inline', 'pgsql', 'mysql', 'mongodb']
/** Which only take every so many of the cases: their servers take longest. */
const SELDOM: Readonly<Record<string, number>> = { mongodb: 5 }

const services: { readonly name: string; readonly ask: Asked; stop(): Promise<void> }[] = []

beforeAll(async () => {
  for (const engine of ENGINES.filter(({ name }) => NAMES.includes(name))) {
    const reached = (await engine.reach?.()) ?? 'reachable'
    if (reached !== 'reachable' && required.includes(engine.name))
      throw new Error(`${engine.name}: ${reached}`)
    if (reached !== 'reachable') continue
    const { adapter, stop } = await engine.start()
    await fill(adapter)
    services.push({ name: engine.name, ask: serviceOn(related(adapter)), stop })
  }
})
afterAll(() => Promise.all(services.map(({ stop }) => stop())))

test(`${numRuns} lists with PROPERTY_SEED=${seed} are answered as the reference answers them`, async () => {
  console.log(
    `PROPERTY_SEED=${seed} PROPERTY_CASES=${numRuns} on ${services.map(({ name }) => name).join(', ')}`,
  )
  let cases = 0
  const property = fc.asyncProperty(listCases, async (one) => {
    const number = cases++
    const input = inputOf(one)
    const { rows, total } = answerOf(one)
    const asked = FORMS.flatMap((as) =>
      services
        .filter(({ name }) => number % (SELDOM[name] ?? 1) === 0)
        .map(({ name, ask }) => ({ as, name, ask })),
    )
    const answers = await Promise.all(asked.map(({ as, ask }) => ask(listRecords, { ...input, as })))
    const wanted = told(input, rows, one.counted ? total : undefined)
    for (const [at, { rows: found, json = '[]', total: counted }] of answers.entries()) {
      const got = told(input, found ?? JSON.parse(json), counted)
      const { name, as } = asked[at] ?? {}
      if (got !== wanted) expect([name, as, JSON.parse(got)]).toEqual([name, as, JSON.parse(wanted)])
    }
  })
  const lane = (number: number) =>
    fc.assert(property, { seed: seed + number, numRuns: Math.ceil(numRuns / LANES) })
  await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)))
}, 3_600_000)

/** Rows, and the text that an engine writes of them. */
const FORMS = ['rows', 'json'] as const

/** Side by side, so that nobody waits for the slowest server. */
const LANES = 4

/** Averages have more digits on one engine than on another (MariaDB rounds those of whole numbers to four behind the point), and objects another order of their keys. */
function told(input: object, rows: readonly unknown[], total: number | undefined): string {
  return JSON.stringify({ input, rows, total: total ?? null }, (_, value: unknown) => {
    if (typeof value === 'number') return Number(Number(value.toFixed(4)).toPrecision(4))
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  })
}

/** Where the database has no foreign keys, they are declared beside it. */
function related(adapter: DatabaseAdapter): DatabaseAdapter {
  if (adapter.capabilities.has('relations')) return adapter
  const keys = new Map(TABLES.map(({ name, foreignKeys }) => [name, foreignKeys]))
  return {
    ...adapter,
    readSchema: async (options) =>
      (await adapter.readSchema(options)).map((table) => ({
        ...table,
        foreignKeys: keys.get(table.name) ?? [],
      })),
  }
}

async function fill(adapter: DatabaseAdapter): Promise<void> {
  const options = { signal: new AbortController().signal }
  for (const definition of TABLES)
    await adapter.alter({ kind: 'create_table', table: asEngineHas(definition, adapter) }, options)
  const schema = buildSchema(await adapter.readSchema(options))
  for (const { name } of TABLES) {
    const table = schema.tableByName.get(name)
    if (!table) throw new Error(`no table ${name}`)
    await adapter.insert({ table, rows: tableOf(name).rows, returning: [] }, options)
  }
}
