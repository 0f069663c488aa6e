import type { DatabaseAdapter } from '../../core/database/adapter.ts'
import type { Filter } from '../../core/database/query.ts'
import type { Json, Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { didYouMean, nearest } from '../../core/names.ts'
import { addProblem, invalidRecord, type Problems, sentenceOf, unknownField } from '../crud/problems.ts'
import { now, tableNamed } from '../records.ts'
import { userCustom } from '../resources/user-custom.ts'

const TABLE = tableNamed(userCustom.table)
/** Names an account can have. */
const MOST = 1_000

interface CustomValue {
  readonly name: string
  readonly value: Json
}

type Given = Readonly<Record<string, unknown>>

/** Values that clients keep for one account (dreamfactory-rest §2.9). Not a change that others must see: no new snapshot. */
export interface CustomValues {
  /** In order of their names. */
  list(userId: number, signal: AbortSignal): Promise<readonly CustomValue[]>
  /** Throws `not_found`. */
  get(userId: number, name: string, signal: AbortSignal): Promise<Json>
  /** A name that is there gets the new value. Throws `bad_request` before anything is stored. Answers the names. */
  put(userId: number, records: readonly Given[], signal: AbortSignal): Promise<readonly string[]>
  /** All or none. Throws `not_found`. */
  remove(userId: number, names: readonly string[], signal: AbortSignal): Promise<void>
}

export function createCustomValues(database: DatabaseAdapter): CustomValues {
  async function select(where: Filter, signal: AbortSignal): Promise<readonly Row[]> {
    const query = { table: TABLE, fields: ['name', 'value'], where, limit: MOST + 1, as: 'rows' } as const
    const result = await database.select(query, { signal })
    return 'rows' in result ? result.rows : []
  }

  async function store(userId: number, { name, value }: CustomValue, signal: AbortSignal): Promise<void> {
    const stamp = { last_modified_date: now(), last_modified_by_id: userId }
    const set = { value: { json: value }, ...stamp }
    const update = { table: TABLE, set, where: named(userId, [name]), returning: [] }
    if ((await database.update(update, { signal })).affected > 0) return
    const row = { user_id: userId, name, created_date: now(), created_by_id: userId, ...set }
    try {
      await database.insert({ table: TABLE, rows: [row], returning: [] }, { signal })
    } catch (error) {
      // Another request was first.
      if (!(error instanceof AppError && error.code === 'conflict')) throw error
      await database.update(update, { signal })
    }
  }

  const list: CustomValues['list'] = async (userId, signal) =>
    (await select(ofUser(userId), signal))
      .map(({ name, value = null }) => ({ name: String(name), value }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))

  return {
    list,
    async get(userId, name, signal) {
      const [row] = await select(named(userId, [name]), signal)
      if (row) return row.value ?? null
      throw missing(name, await list(userId, signal))
    },
    async put(userId, records, signal) {
      const values = records.map(read)
      const known = new Set((await list(userId, signal)).map(({ name }) => name))
      for (const { name } of values) known.add(name)
      if (known.size > MOST) throw new AppError('bad_request', `An account can keep ${MOST} values at most.`)
      for (const value of values) await store(userId, value, signal)
      return values.map(({ name }) => name)
    },
    async remove(userId, names, signal) {
      const known = await list(userId, signal)
      const unknown = names.find((name) => !known.some((one) => one.name === name))
      if (unknown !== undefined) throw missing(unknown, known)
      await database.delete({ table: TABLE, where: named(userId, names), returning: [] }, { signal })
    },
  }
}

function ofUser(userId: number): Filter {
  return { op: '=', field: 'user_id', value: userId }
}

function named(userId: number, names: readonly string[]): Filter {
  return { op: 'and', all: [ofUser(userId), { op: 'in', field: 'name', values: names }] }
}

function read(record: Given): CustomValue {
  const { accepts } = userCustom
  const problems: Problems = {}
  const near: string[] = []
  for (const [field, given] of Object.entries({ name: undefined, ...record })) {
    const rule = Object.hasOwn(accepts, field) ? accepts[field] : undefined
    if (!rule) {
      const { sentence, names } = unknownField(field, Object.keys(accepts))
      addProblem(problems, field, sentence)
      near.push(...names)
    }
    for (const issue of rule?.safeParse(given).error?.issues ?? [])
      addProblem(
        problems,
        field,
        given === undefined ? `The ${field} field is required.` : sentenceOf(field, issue),
      )
  }
  if (Object.keys(problems).length > 0) throw invalidRecord(problems, { didYouMean: near })
  const { name, value = null } = record
  return { name: String(name).trim(), value: accepts.value?.parse(value) ?? null }
}

function missing(name: string, known: readonly CustomValue[]): AppError {
  const names = nearest(
    name,
    known.map((one) => one.name),
  )
  return new AppError('not_found', `Record with identifier '${name}' not found.`, {
    ...(names.length > 0 && { hint: didYouMean(names), didYouMean: names }),
  })
}
