import type { Order, SelectQuery } from '../../core/database/query.ts'
import type { Table } from '../../core/database/schema.ts'
import { binaryFields } from './describe-binary.ts'
import { seekOrder } from './plan-after.ts'
import { planFields, planOrder } from './plan-fields.ts'
import { isGrouping } from './plan-list.ts'
import { planRecord, type RecordPlan } from './record-plan.ts'

/** What of a list the table and the names in the request decide. */
interface ListPlan {
  readonly query: Pick<SelectQuery, 'fields' | 'orderBy'>
  /** A field of it holds bytes. */
  readonly hasBytes: boolean
  /** An order in which its rows can be found again; undefined where there is none. */
  readonly seekOrder: readonly Order[] | undefined
}

interface Kept {
  readonly records: Map<string, RecordPlan>
  readonly lists: Map<string, ListPlan>
}

/** Gone with the table: one that was read again from the catalogue is another object. */
const kept = new WeakMap<Table, Kept>()

/** Plans kept of a table; a flood of invented requests starts them over. */
const MOST_PLANS = 200
/** Longer lists of names are planned every time. In characters. */
const LONGEST_KEY = 1000

/** How a record of the table is read by its primary key. Nothing in it is of a caller. Throws `bad_request`. */
export function plainRecordPlan(table: Table, { fields }: PlainNames): RecordPlan {
  return keptIn(keptOf(table).records, keyOf(fields), () => planRecord(table, { fields }))
}

/** How a list of the table's rows is read; undefined for what is no list of rows. Nothing in it is of a caller. Throws `bad_request`. */
export function plainListPlan(table: Table, { fields, order }: PlainNames): ListPlan | undefined {
  if (fields && isGrouping(table, fields)) return undefined
  const key = `${keyOf(fields)}\n${order ?? ''}`
  return keptIn(keptOf(table).lists, key, () => {
    const orderBy = planOrder(table, order, { stable: true })
    const shown = Object.freeze(planFields(table, fields))
    return {
      query: { fields: shown, ...(orderBy.length > 0 && { orderBy: Object.freeze(orderBy) }) },
      hasBytes: binaryFields(table, shown).length > 0,
      seekOrder: seekOrder(table, orderBy),
    }
  })
}

interface PlainNames {
  readonly fields?: readonly string[] | undefined
  readonly order?: string | undefined
}

function keyOf(fields: readonly string[] | undefined): string {
  return fields ? JSON.stringify(fields) : ''
}

function keptOf(table: Table): Kept {
  const known = kept.get(table)
  if (known) return known
  const made = { records: new Map(), lists: new Map() }
  kept.set(table, made)
  return made
}

function keptIn<P>(plans: Map<string, P>, key: string, plan: () => P): P {
  const known = plans.get(key)
  if (known) return known
  const made = plan()
  if (key.length > LONGEST_KEY) return made
  if (plans.size >= MOST_PLANS) plans.clear()
  plans.set(key, made)
  return made
}
