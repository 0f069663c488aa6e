import type { Table } from '../../core/database/schema.ts'
import type { Json } from '../../core/database/value.ts'
import type { OperationContext } from '../../core/operation.ts'
import { wholeOf } from '../field-view/narrow-table.ts'
import { groupOf, ROUTINE_KINDS } from './routine-access.ts'

/**
 * A column's default for this caller. An expression may name routines, sequences and other columns: who may not know them all is told
 * its text only where it has none but the words below.
 */
export function shownDefault(given: Json | undefined, table: Table, context: OperationContext): Json {
  if (given === undefined || !isExpression(given)) return given ?? null
  return isPlain(given.expression) || mayKnowAll(table, context) ? given : HIDDEN
}

const HIDDEN = { expression: '…' }

/** A description that is sent back: then the default stays as it is. */
export function isHiddenDefault(given: Json | undefined): boolean {
  return given !== undefined && isExpression(given) && given.expression === HIDDEN.expression
}

function isExpression(value: Json): value is { readonly expression: string } {
  return typeof value === 'object' && value !== null && 'expression' in value
}

/** All columns of the table, whatever tables and routines there are. */
function mayKnowAll(table: Table, { caller: { policy }, service: { info } }: OperationContext): boolean {
  const groups = ['_table', ...ROUTINE_KINDS.map(groupOf)]
  // A name that nothing has.
  return (
    wholeOf(table) === table &&
    groups.every((group) => policy.decide(info.name, `${group}/\u0000`, 'GET').allowed)
  )
}

function isPlain(expression: string): boolean {
  // Where a text ends is not known: some engines take a backslash for an escape, and a quote in a comment begins none.
  if (/\\|--|\/\*/.test(expression)) return false
  const bare = expression.replaceAll(/'(?:[^']|'')*'/g, ' ')
  if (/["`[\]]/.test(bare)) return false
  return (bare.match(/[\p{L}_][\p{L}\p{N}_$#@]*/gu) ?? []).every((word) => PLAIN.has(word.toLowerCase()))
}

/** Moments, random identifiers and types, as the engines spell them. */
const PLAIN: ReadonlySet<string> = new Set(
  `current_timestamp current_date current_time localtime localtimestamp now clock_timestamp statement_timestamp transaction_timestamp
  curdate curtime utc_timestamp utc_date utc_time unix_timestamp getdate getutcdate sysdatetime sysutcdatetime sysdatetimeoffset sysdate
  systimestamp datetime date time timestamp timestamptz interval strftime julianday at zone with without timezone extract epoch from
  uuid gen_random_uuid uuid_generate_v4 newid newsequentialid sys_guid random rand randomblob hex lower upper abs round cast convert as
  null true false on update text character varying varchar nvarchar char nchar bpchar integer int bigint smallint numeric decimal double
  precision real float boolean bit bytea blob json jsonb json_object json_array array json_build_object current_user session_user user`.split(
    /\s+/,
  ),
)
