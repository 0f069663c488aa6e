import { callBlock } from '../../../adapters/database/oracle/call-block.ts'
import { createDialect } from '../../../adapters/database/oracle/dialect.ts'
import { prepareSession } from '../../../adapters/database/oracle/session.ts'
import type { Routine, RoutineParameter } from '../../../src/core/database/query.ts'
import { driverDouble } from './driver-double.ts'

export function parameter(
  name: string,
  mode: RoutineParameter['mode'],
  type: RoutineParameter['type'],
  dbType: string,
): RoutineParameter {
  return { name, position: 1, mode, type, dbType }
}

export function routine(
  path: string,
  parameters: readonly RoutineParameter[],
  more: Partial<Routine> = {},
): Routine {
  const kind = more.kind ?? 'procedure'
  const key = [kind, '1', '', ...path.split('.')].join('\u0000')
  return { name: path.toLowerCase(), key, kind, parameters, ...more }
}

export const dialect = createDialect({ hasRowLimit: true }, '+00:00')

const { driver, sent } = driverDouble(() => ({}))

async function ofSessions(): Promise<string[]> {
  const connection = await driver.getConnection({ user: '', password: '', connectString: '' })
  await prepareSession(connection, {
    connect: { user: '', password: '', connectString: '' },
    timezone: 'Europe/Paris',
    statements: [],
    connectTimeoutMs: 1,
    statementTimeoutMs: 1,
  })
  return sent.map(({ sql }) => sql)
}

const CALLS: readonly Routine[] = [
  routine('APP.PLAIN', []),
  routine('APP.PKG.PAY', [
    parameter('ID', 'IN', 'integer', 'NUMBER(10)'),
    parameter('amount', 'IN', 'decimal', 'NUMBER'),
    parameter('day', 'IN', 'datetime', 'DATE'),
    parameter('seen', 'IN', 'timestamptz', 'TIMESTAMP(6) WITH TIME ZONE'),
    parameter('total', 'OUT', 'decimal', 'NUMBER'),
    parameter('rows', 'OUT', 'object', 'REF CURSOR'),
    parameter('note', 'INOUT', 'text', 'CLOB'),
  ]),
  routine('APP.ADD_UP', [parameter('a', 'IN', 'integer', 'INTEGER')], {
    kind: 'function',
    returns: { type: 'decimal', dbType: 'NUMBER', isSet: false },
  }),
]

const given = { id: 1n, amount: '1.5', day: '2024-02-29', seen: '2024-02-29T00:00:00Z', note: null, a: 1n }

/** What is sent besides the statements of records, the catalogue and schema changes. */
export const SESSION_STATEMENTS: readonly string[] = [
  ...(await ofSessions()),
  'alter session disable commit in procedure',
  'alter session enable commit in procedure',
  'set transaction read only',
  'set transaction isolation level read committed',
  'begin dbms_session.reset_package; end;',
  ...CALLS.map(
    (called) => callBlock({ routine: called, arguments: given, readOnly: false }, dialect, driver).sql,
  ),
]
