import type { Records } from '../../../core/database/adapter.ts'
import type { Filter } from '../../../core/database/query.ts'
import type { Table } from '../../../core/database/schema.ts'
import type { Row } from '../../../core/database/value.ts'
import { AppError } from '../../../core/errors.ts'
import { findByName } from '../../../core/names.ts'
import type { OperationContext } from '../../../core/operation.ts'
import { describedRows } from '../describe-binary.ts'
import type { InputRecord } from '../inputs.ts'
import { allOf, rowFilter } from '../plan-filter.ts'
import { rowKeyText } from '../plan-ids.ts'
import { readRows } from '../read-rows.ts'
import { tableResource } from '../table-access.ts'
import type { Consent } from './consent.ts'
import { digestOf } from './consent-code.ts'
import { type Preview, SAMPLE_ROWS, type Sample, sampleRow } from './preview.ts'

interface Selected {
  readonly table: Table
  /** By these the rows are known. */
  readonly key: readonly string[]
  readonly where: Filter
  /** Most rows that one such write takes. */
  readonly most: number
  readonly tooMany: () => AppError
  /** What is to become of each; absent: it is deleted. */
  readonly change?: InputRecord
  /** `changes` */
  readonly what: string
}

/** How many rows will be written; in a dry run what would be. */
export type Outlook = { readonly count: number } | { readonly preview: Preview }

/**
 * Looks at the rows a filter selects before they are written, in the transaction of the write: nobody else changes them before it
 * ends. Throws `conflict` for a write that has to be confirmed, with what it would do and the code for it.
 */
export async function lookFirst(
  selected: Selected,
  consent: Consent,
  records: Records,
  context: OperationContext,
): Promise<Outlook> {
  const { table, key, where, most } = selected
  const query = {
    table,
    fields: key,
    where,
    limit: most + 1,
    ...(consent.isDryRun ? {} : { locked: true as const }),
  }
  const keyRows = await readRows(records, query, context.signal)
  if (keyRows.length > most) throw selected.tooMany()
  const keys = () => keyRows.map((row) => rowKeyText(key, row))
  const digest = digestOf(keys())
  const { length: count } = keyRows
  const sample = () => sampleOf(selected, records, context)
  const preview = await consent.weigh({ count, digest, keys }, rowsIn(selected.what, count), sample)
  return preview ? { preview } : { count }
}

/** The same where the request names its rows itself; undefined: it may go on. */
export function lookAtNamed(
  { what, count }: { readonly what: string; readonly count: number },
  consent: Consent,
  sample: () => Promise<Sample>,
): Promise<Preview | undefined> {
  return consent.weigh({ count }, rowsIn(what, count), sample)
}

function rowsIn(what: string, count: number): string {
  return `${what} ${count} ${count === 1 ? 'row' : 'rows'}`
}

/** Rows as they are and as they would be; nothing for who may not read them. */
export async function sampleOf(
  { table, key, where, change }: Pick<Selected, 'table' | 'key' | 'where' | 'change'>,
  records: Records,
  context: OperationContext,
): Promise<Sample> {
  const { caller, service, signal } = context
  const access = caller.policy.decide(service.info.name, tableResource('_table', table.name), 'GET')
  if (!access.allowed) return {}
  const both = allOf(where, rowFilter(table, access)) ?? where
  const after = change && inOwnNames(table, change)
  const fields = after
    ? [
        ...new Set([
          ...table.primaryKey,
          ...key,
          ...Object.keys(after).filter((name) => table.fieldByName.has(name.toLowerCase())),
        ]),
      ]
    : table.fields.map(({ name }) => name)
  const orderBy = table.primaryKey.map((by) => ({ by, direction: 'asc' as const }))
  const read = await readRows(records, { table, fields, where: both, orderBy, limit: SAMPLE_ROWS }, signal)
  const rows = await describedRows(table, read)
  return {
    sample_before: rows.map(sampleRow),
    ...(after && { sample_after: rows.map((row) => sampleRow({ ...row, ...after })) }),
  }
}

/** Fields as the table spells them, whatever the case in which they were given. */
export function inOwnNames(table: Table, record: InputRecord): Row {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [findByName(table.fieldByName, name)?.name ?? name, value]),
  )
}

/** Another transaction changed what this one selected; nothing of it was written. */
export function changedMeanwhile(): AppError {
  return new AppError('conflict', 'The selected rows changed while they were written: nothing was changed.', {
    hint: 'Look at the rows again, then repeat the call.',
    context: { reason: 'rows_changed' },
  })
}
