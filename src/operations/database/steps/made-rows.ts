import { findByName } from '../../../core/names.ts'
import type { OperationContext } from '../../../core/operation.ts'
import { rowKeyText } from '../plan-ids.ts'
import { loadSchema } from '../table-access.ts'
import type { StepAnswer } from './run-step.ts'
import type { Step } from './step-input.ts'

/** Rows that a step made. */
export interface MadeRows {
  /** Its place, from 0. */
  readonly step: number
  /** Their table. */
  readonly target: string
  /** As texts. */
  readonly keys: readonly string[]
}

/** Undefined for other steps, and where a step was not asked for the keys. */
export async function madeRows(
  { step, index }: { readonly step: Step; readonly index: number },
  { operation, rows }: StepAnswer,
  context: OperationContext,
): Promise<MadeRows | undefined> {
  if (operation !== 'create') return undefined
  const name = context.services.tableNamed(context.service.info.name, step.table)
  const table = findByName((await loadSchema(context)).tableByName, name)
  const { primaryKey = [] } = table ?? {}
  if (!table || !rows.every((row) => primaryKey.every((field) => Object.hasOwn(row, field)))) return undefined
  return { step: index, target: table.name, keys: rows.map((row) => rowKeyText(primaryKey, row)) }
}
