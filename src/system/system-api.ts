import type { Caller } from '../core/caller.ts'
import type { DatabaseAdapter } from '../core/database/adapter.ts'
import type { Relation } from '../core/database/schema.ts'
import type { Row } from '../core/database/value.ts'
import { AppError } from '../core/errors.ts'
import type { Operation } from '../core/operation.ts'
import type { Seal } from '../core/seal.ts'
import { withShownRows } from '../operations/database/batch.ts'
import { getRecord } from '../operations/database/get-record.ts'
import { listRecords, type RecordPage } from '../operations/database/list-records.ts'
import type { WriteAnswer } from '../operations/database/write-answer.ts'
import { execute } from '../operations/execute.ts'
import { answersRecords } from './crud/answers-records.ts'
import { idNamed, isNumber } from './crud/named-record.ts'
import { onlyService } from './crud/only-service.ts'
import { fieldsToRead, present } from './crud/present.ts'
import { readRecord } from './crud/read-record.ts'
import { SYSTEM, systemPolicy } from './crud/system-policy.ts'
import { viewAdapter } from './crud/view-records.ts'
import { createViews } from './crud/views.ts'
import { createWriteOperations } from './crud/write-operations.ts'
import { recordMissing } from './crud/write-record.ts'
import { lookupUses } from './rights/lookup-uses.ts'
import type { Snapshot } from './snapshot.ts'
import type { SystemResource } from './system-resource.ts'
import type { ReadTools, WriteTools } from './write-context.ts'

/** Who asks, and until when. */
export interface Asked {
  readonly caller: Caller
  readonly signal: AbortSignal
}

type WriteName = 'create' | 'update' | 'replace' | 'remove' | 'store' | 'restore'

/** What requests name; the operations check the rest. */
interface Input {
  readonly fields?: readonly unknown[] | undefined
  readonly [option: string]: unknown
}

export interface SystemRelation extends Pick<Relation, 'name' | 'type'> {
  /** Of the records at its other end. */
  readonly resource: string
}

/** The records of the system, for the doors: read, written and shown by the rules of their resources. */
export interface SystemApi {
  /** Resources with an address of their own, by name. */
  readonly resources: readonly SystemResource[]
  /** All of them: also those that are written in others only. */
  readonly kinds: readonly SystemResource[]
  /** What the caller may read along with records of a resource. */
  relations(resource: string, caller: Caller): readonly SystemRelation[]
  list(resource: string, input: Input, asked: Asked): Promise<RecordPage>
  /** By id, or by name where that is unique. Throws `not_found`. */
  get(resource: string, identifier: string, input: Input, asked: Asked): Promise<Row>
  /**
   * The records as they are afterwards: their ids, or the fields asked for. `store` (a POST) and `restore` (a PATCH) change
   * those that have the names given, and make the others.
   */
  write(name: WriteName, resource: string, input: Input, asked: Asked): Promise<readonly Row[]>
  /** What a new record brings, as far as that can be said without storing it. Throws `bad_request` with the problems by field. */
  check(resource: string, record: Readonly<Record<string, unknown>>): Promise<void>
  /** The id of the record an address names. Throws `not_found`. */
  idOf(resource: string, identifier: string, asked: Asked): Promise<number>
}

export interface SystemApiOptions {
  readonly resources: readonly SystemResource[]
  /** Its transactions count as changes of the system. */
  readonly database: DatabaseAdapter
  readonly snapshot: () => Snapshot
  /** After writes: resolves when the snapshot has them. */
  readonly refresh: () => Promise<void>
  readonly tools: Omit<WriteTools, 'confirmEnd' | 'lookupUses'>
  readonly seal: Seal
}

export function createSystemApi(options: SystemApiOptions): SystemApi {
  const { resources, database, snapshot, refresh, seal } = options
  const tools: WriteTools = {
    ...options.tools,
    confirmEnd: (userId) => snapshot().userById.get(userId)?.confirmExpiresDate,
    lookupUses: (name) => lookupUses(name, snapshot()),
  }
  const views = createViews(resources)
  const operations = createWriteOperations({ views, tools, database })
  const services = onlyService(viewAdapter(database, views), views.schema, seal)
  const run = <I, O>(operation: Operation<I, O>, input: unknown, { caller, signal }: Asked): Promise<O> => {
    const policy = systemPolicy(caller, views, () => snapshot().services)
    return execute(operation, { service: SYSTEM, input, caller: { ...caller, policy }, services, signal })
  }
  const readTools = ({ caller }: Asked, isOwn = false): ReadTools & { views: typeof views } => ({
    ...tools,
    views,
    showsKeys: caller.kind === 'admin' ? 'all' : isOwn ? 'own' : 'none',
  })

  async function idOf(resource: string, identifier: string, asked: Asked): Promise<number> {
    const view = views.of(resource)
    const { isByNameOnly } = view.resource
    const mayLook = asked.caller.policy.decide(SYSTEM, view.resource.component, 'GET').allowed
    if (isNumber(identifier) && !isByNameOnly && !mayLook) return Number(identifier)
    const id = await idNamed(view, identifier, async (input) => {
      const { rows = [] } = await run(listRecords, { table_name: resource, ...input }, asked)
      return rows
    })
    if (id === undefined) throw recordMissing(identifier)
    return id
  }

  return {
    resources: resources.filter(({ hasAddress }) => hasAddress),
    kinds: resources,
    idOf,
    relations(resource, caller) {
      const policy = systemPolicy(caller, views, () => snapshot().services)
      const reads = (table: string) => policy.decide(SYSTEM, `_table/${table}`, 'GET').allowed
      return views
        .of(resource)
        .visible.relations.filter(
          ({ refTable, junction }) => reads(refTable) && reads(junction?.table ?? refTable),
        )
        .map(({ name, type, refTable }) => ({ name, type, resource: refTable }))
    },
    async check(resource, record) {
      await readRecord(views.of(resource), record, 'create', { views, tools })
    },
    async list(resource, input, asked) {
      const view = views.of(resource)
      refuseStar(input.related)
      const fields = textsOf(input.fields)
      const isPlain = answersRecords(input, fields)
      const read = isPlain ? fieldsToRead(view, fields) : fields
      const reader = readTools(asked)
      const show = (row: Row) => (isPlain ? present(view, row, fields, reader) : row)
      const page = await shownBatch(
        run(listRecords, { table_name: resource, ...input, fields: read, as: 'rows' }, asked),
        show,
      )
      const { text: _, json: __, ...shown } = page
      return page.rows ? { ...shown, rows: page.rows.map(show) } : shown
    },
    async get(resource, identifier, input, asked) {
      const view = views.of(resource)
      refuseStar(input.related)
      const fields = textsOf(input.fields)
      const id =
        isNumber(identifier) && !view.resource.nameField
          ? identifier
          : await idOf(resource, identifier, asked)
      const read = fieldsToRead(view, fields)
      const row = await run(
        getRecord,
        { table_name: resource, ...input, id: String(id), fields: read },
        asked,
      )
      return present(view, row, fields, readTools(asked))
    },
    async write(name, resource, input, asked) {
      const view = views.of(resource)
      if (view.resource.isReadOnly) throw writtenByServer(resource)
      const fields = textsOf(input.fields)
      const read = fields && (fieldsToRead(view, fields) ?? ['*'])
      // A key that was just made has to reach whoever asked for it.
      const reader = readTools(asked, name === 'create' || input.regenerate === true)
      const isIdOnly = fields === undefined && input.related === undefined
      const show = (row: Row) => (isIdOnly ? row : present(view, row, fields ?? ['id'], reader))
      try {
        const { rows } = await shownBatch(
          run<unknown, WriteAnswer>(operations[name], { resource, ...input, fields: read }, asked),
          show,
        )
        // What a deleted record was like is known before only.
        if (name !== 'remove') await refresh()
        return rows.map(show)
      } finally {
        await refresh()
      }
    },
  }
}

/** No right of anybody changes that. */
export function writtenByServer(resource: string): AppError {
  return new AppError('method_not_allowed', `Records of '${resource}' are written by the server alone.`)
}

/** What went well in a batch that failed is shown as in an answer. */
async function shownBatch<T>(work: Promise<T>, show: (row: Row) => Row): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw error instanceof AppError ? withShownRows(error, show) : error
  }
}

/** All relations at once would be half of the system (dreamfactory-rest §7.1). */
function refuseStar(related: unknown): void {
  if (Array.isArray(related) && related.includes('*'))
    throw new AppError('bad_request', 'Unknown relationship: *', { hint: 'Name the relationships.' })
}

function textsOf(fields: readonly unknown[] | undefined): readonly string[] | undefined {
  if (fields === undefined) return undefined
  if (fields.every((field) => typeof field === 'string')) return fields
  throw new AppError('bad_request', `'fields' must be names.`)
}
