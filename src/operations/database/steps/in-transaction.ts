import type { DatabaseAdapter, Records } from '../../../core/database/adapter.ts'
import { AppError } from '../../../core/errors.ts'
import type { OperationContext } from '../../../core/operation.ts'

/** The context of an operation that is a step of a larger one: whatever it reads and writes is of that one's transaction. */
export function inTransaction(context: OperationContext, records: Records): OperationContext {
  const { service } = context
  return {
    ...context,
    isInTransaction: true,
    service: { ...service, adapter: within(service.adapter, records) },
  }
}

/** A transaction in it is a part of the one around it: when its work fails, everything does. */
function within(adapter: DatabaseAdapter, records: Records): DatabaseAdapter {
  return {
    capabilities: adapter.capabilities,
    select: (query, options) => records.select(query, options),
    insert: (query, options) => records.insert(query, options),
    update: (query, options) => records.update(query, options),
    delete: (query, options) => records.delete(query, options),
    transaction: (work) => work(records),
    readSchema: (options) => adapter.readSchema(options),
    listRoutines: (kind, options) => adapter.listRoutines(kind, options),
    ping: (options) => adapter.ping(options),
    call: notHere,
    alter: notHere,
    close: notHere,
  }
}

async function notHere(): Promise<never> {
  throw new AppError('not_supported', 'This is no step of a transaction.')
}
