import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import type { ImportJob, Imports } from '../../../core/imports.ts'
import { defineOperation, type OperationContext } from '../../../core/operation.ts'
import { tableName } from '../inputs.ts'
import { tableResource } from '../table-access.ts'
import { checkImport } from './check-import.ts'

/** How long a caller waits for the end who is told how far it is, and one who is not. */
const WAIT_TOLD_MS = 600_000
const WAIT_MS = 20_000
const LOOK_MS = 200

const input = z
  .strictObject({
    table_name: tableName,
    /** CSV, JSON objects in lines, or a JSON list. */
    data: z.string().min(1).optional(),
    import_id: z.int().min(1).optional(),
    cancel: z.boolean().optional(),
  })
  .refine(({ data, import_id }) => (data === undefined) !== (import_id === undefined), {
    message: 'Give either data, to begin an import, or import_id, to see how far one is.',
  })
  .refine(({ cancel, import_id }) => !cancel || import_id !== undefined, {
    message: "'cancel' needs the import_id of what it ends.",
  })
type ImportInput = z.infer<typeof input>

/**
 * Begins to import rows, or takes one that was begun, and waits for its end while telling how far it is. It goes on when nobody
 * waits any more. Gives it as it is then.
 */
export const importRecords = defineOperation<ImportInput, ImportJob>({
  name: 'import_records',
  kind: 'database',
  verb: 'POST',
  needs: ['records.write', 'transactions'],
  input,
  resource: ({ table_name }) => tableResource('_table', table_name),
  async run(request, context) {
    const { imports } = context
    if (!imports) throw new AppError('not_supported', 'Nothing is imported here.')
    const { id, service } = await begun(request, imports, context)
    if (request.cancel) return imports.cancel(service, id, context.caller)
    return ended(id, imports, context)
  },
})

async function begun(
  { table_name, data, import_id }: ImportInput,
  imports: Imports,
  context: OperationContext,
): Promise<ImportJob> {
  const { caller, service } = context
  if (data !== undefined) {
    const { rows, areTexts } = imports.read(data)
    const { table, records } = await checkImport.run({ table_name, rows, as_texts: areTexts }, context)
    return imports.start({ service: service.info.name, table, records }, caller)
  }
  const job = await imports.get(service.info.name, import_id ?? 0, caller)
  if (job.table.toLowerCase() === table_name.toLowerCase()) return job
  throw new AppError('not_found', `There is no import ${import_id}.`)
}

async function ended(
  id: number,
  imports: Imports,
  { caller, service, signal, onProgress }: OperationContext,
): Promise<ImportJob> {
  const until = Date.now() + (onProgress ? WAIT_TOLD_MS : WAIT_MS)
  for (let told = -1; ; ) {
    const job = await imports.get(service.info.name, id, caller)
    if (job.rowsDone > told) {
      told = job.rowsDone
      onProgress?.({ done: job.rowsDone, total: job.rowsTotal })
    }
    if (job.status !== 'running' || Date.now() >= until) return job
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {})
    if (signal.aborted) return job
  }
}
