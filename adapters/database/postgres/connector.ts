import { ownStatement, type Statement } from '../sql/connection.ts'
import type { ServerConnector } from '../sql/server-connection.ts'
import type { Parameter } from './bind-value.ts'
import type { PostgresConnection } from './connection.ts'
import { openSession } from './open-session.ts'
import type { SessionOptions } from './session-options.ts'
import { MODE_PARAMETER, type Mode } from './session-state.ts'
import { createWireSockets } from './wire-socket.ts'

/** Opens sessions of one mode. */
export function createConnector(
  driver: typeof import('pg'),
  options: SessionOptions,
  mode: Mode,
): ServerConnector<Parameter, PostgresConnection> {
  const socket = createWireSockets()
  return {
    connect: (signal) => openSession(driver, options, mode, { signal, socket }),
    verify: (connection) => {
      if (!connection.isUsable || !connection.isIdle) return false
      if (connection.isSoiled && !isOtherMode(connection, mode)) return renewed(connection, mode)
      return hasMode(connection, mode)
    },
  }
}

/** A session that was made to write, where it must not, is not used again. */
function isOtherMode(connection: PostgresConnection, mode: Mode): boolean {
  return mode === 'read' && connection.reported(MODE_PARAMETER) === 'off'
}

async function renewed(connection: PostgresConnection, mode: Mode): Promise<boolean> {
  await connection.renew()
  return hasMode(connection, mode)
}

function hasMode(connection: PostgresConnection, mode: Mode): boolean | Promise<boolean> {
  if (mode === 'write') return true
  const reported = connection.reported(MODE_PARAMETER)
  return reported === undefined ? isReadOnly(connection) : reported === 'on'
}

async function isReadOnly(connection: PostgresConnection): Promise<boolean> {
  const result = await connection.read(SHOW_MODE, 'rows')
  return 'rows' in result && result.rows[0]?.mode === 'on'
}

const SHOW_MODE: Statement<Parameter> = ownStatement(`select current_setting('${MODE_PARAMETER}')`, ['mode'])
