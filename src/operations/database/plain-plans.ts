import type { SelectQuery } from '../../core/database/query.ts'
import type { Table } from '../../core/database/schema.ts'
import { planFields, planOrder } from './plan-fields.ts'
import { isGrouping } from './plan-list.ts'
import { planRecord, type RecordPlan } from './record-plan.ts'

/** What of a list the table and the names in the request decide. */
type ListPlan = Pick<SelectQuery, 'fields' | 'orderBy'>

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
    return {
      fields: Object.freeze(planFields(table, fields)),
      ...(orderBy.length > 0 && { orderBy: Object.freeze(orderBy) }),
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
