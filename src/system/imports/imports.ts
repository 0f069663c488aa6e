import type { Caller } from '../../core/caller.ts'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import type { ImportJob, Imports } from '../../core/imports.ts'
import { type ImportBook, ownerOf } from './import-book.ts'
import type { ImportRunner } from './import-runner.ts'

const MOST_LISTED = 100

export function createImports(
  book: ImportBook,
  runner: Pick<ImportRunner, 'run'>,
  read: Imports['read'],
): Imports {
  async function found(service: string, id: number, caller: Caller): Promise<Row> {
    const row = await book.find(id)
    const isTheirs = row?.owner === ownerOf(caller) || caller.kind === 'admin'
    if (row && isTheirs && row.service === service) return row
    throw new AppError('not_found', `There is no import ${id}.`)
  }
  return {
    read,
    async start(request, caller) {
      if (caller.appId === undefined && caller.userId === undefined) throw nobodyLater()
      const id = await book.add(request, caller)
      runner.run(id)
      return jobOf(await found(request.service, id, caller))
    },
    list: async (service, caller) => (await book.ofOwner(service, caller, MOST_LISTED)).map(jobOf),
    get: async (service, id, caller) => jobOf(await found(service, id, caller)),
    async cancel(service, id, caller) {
      await found(service, id, caller)
      await book.end(id, 'cancelled', null)
      return jobOf(await found(service, id, caller))
    },
  }
}

/** Its rows are written when nobody calls: under the rights that an account or app has then. */
function nobodyLater(): AppError {
  return new AppError(
    'not_supported',
    'An import goes on after its request, and takes an account or an API key.',
    {
      hint: 'Write the rows in batches, or import them with an API key.',
    },
  )
}

function jobOf(row: Row): ImportJob {
  return {
    id: Number(row.id),
    service: String(row.service),
    table: String(row.table_name),
    status: statusOf(row.status),
    rowsTotal: Number(row.rows_total),
    rowsDone: Number(row.rows_done),
    createdDate: String(row.created_date),
    ...(typeof row.message === 'string' && { message: row.message }),
    ...(typeof row.finished_date === 'string' && { finishedDate: row.finished_date }),
  }
}

function statusOf(status: Row[string] | undefined): ImportJob['status'] {
  return status === 'done' || status === 'failed' || status === 'cancelled' ? status : 'running'
}
