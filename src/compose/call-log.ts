import { whyOf } from '../access/why.ts'
import type { Config } from '../config/config.ts'
import type { DatabaseAdapter } from '../core/database/adapter.ts'
import { isOurs } from '../core/errors.ts'
import type { Services } from '../core/service.ts'
import type { LogRequest } from '../http/request-line.ts'
import type { createLogger } from '../observe/log.ts'
import { type CallRecorder, createCallRecorder, ROWS_AT_ONCE } from '../system/call-log/call-recorder.ts'
import { createKeyUses } from '../system/call-log/key-uses.ts'
import { manyApart } from '../system/call-log/many-apart.ts'
import type { SystemStore } from '../system/store.ts'

interface Parts {
  readonly config: Config
  readonly store: Pick<SystemStore, 'snapshot' | 'database' | 'recordKeyUses'>
  /** A second way into the same database, which holds up nobody here. */
  readonly databaseApart: DatabaseAdapter | undefined
  readonly services: Pick<Services, 'find'>
  readonly log: ReturnType<typeof createLogger>
}

const HOUSE_SERVICES = ['system', 'user', 'api_docs']

/** The log of calls, in the system database; notes go nowhere where it is switched off. */
export function composeCallLog(parts: Parts): CallRecorder {
  const { store, log } = parts
  const recorder = parts.config.callLogDays === 0 ? undefined : recorderOf(parts)
  const uses = createKeyUses({
    write: store.recordKeyUses,
    onError: (error) => log.error({ err: error }, 'the last use of keys cannot be noted'),
  })
  return {
    note(call) {
      // A key that was not let in was not used.
      const isTried = call.caller?.actedBy !== undefined
      if (call.caller?.appId !== undefined && !isTried) uses.note(call.caller.appId, call.at)
      recorder?.note(call)
    },
    async close() {
      await uses.close()
      await recorder?.close()
    },
  }
}

function recorderOf({ config, store, databaseApart, services, log }: Parts): CallRecorder {
  return createCallRecorder({
    database: databaseApart
      ? manyApart({ here: store.database, apart: databaseApart, many: ROWS_AT_ONCE })
      : store.database,
    keptDays: config.callLogDays,
    keptRows: config.callLogRows,
    serviceNamed: (name) =>
      HOUSE_SERVICES.find((one) => one === name.toLowerCase()) ?? services.find(name)?.name,
    ruleOf: (roleId, service, resource, verb) =>
      verb && whyOf(store.snapshot().roleById.get(roleId)?.rules ?? [], { service, resource, verb }).text,
    onError: (error) => log.error({ err: error }, 'calls cannot be noted'),
  })
}

/** One line a request; the cause of an error is told here and nowhere else. */
export function requestLogger(log: Parts['log']): LogRequest {
  return ({ error, ...line }) => {
    if (error && isOurs(error)) log.error({ ...line, err: error }, 'request failed')
    else
      log[line.status >= 400 ? 'info' : 'debug'](
        { ...line, ...(error ? { code: error.code } : {}) },
        'request',
      )
  }
}
