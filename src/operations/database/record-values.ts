import type { Field, Table } from '../../core/database/schema.ts'
import type { Json, Value } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { didYouMean, findByName, nearest } from '../../core/names.ts'
import type { OperationContext } from '../../core/operation.ts'
import { ruleName } from '../field-view/narrow-table.ts'
import { requireRules } from './field-rules.ts'
import type { InputRecord } from './inputs.ts'
import { hasStamps, isAuthor, stampsOf } from './stamps.ts'
import { tableResource } from './table-access.ts'
import { tableFacts } from './table-facts.ts'
import { valueFor } from './values.ts'
import { countedVersion } from './version-field.ts'
import { withLookup } from './with-lookup.ts'

export type Values = Readonly<Record<string, Value>>

interface RecordOptions {
  /** A new record must bring every required field. */
  readonly create: boolean
  /** Ignore unknown and read-only fields instead of refusing them. */
  readonly lenient: boolean
  /** Fields by which the record is found: they may stand in it, also where the database computes them. */
  readonly keys?: readonly string[]
  /** Of the fields that may be written by the rules for the record itself; absent: those for its table alone count. */
  readonly writable?: ReadonlySet<string> | undefined
  /** Values that are settled: they win over what the record says. */
  readonly preset?: Values
}

/** A record of a request as typed values by field. Throws `bad_request` naming the field and what is wrong with it. */
export function recordValues(
  table: Table,
  record: InputRecord,
  options: RecordOptions,
  context: OperationContext,
): Values {
  return recordReader(table, options, context)(record)
}

/** The same for many records: the names of one are mostly those of the one before, and are looked up once. */
export function recordReader(
  table: Table,
  options: RecordOptions,
  context: OperationContext,
): (record: InputRecord) => Values {
  const { preset } = options
  const adding = { create: options.create, counted: countedVersion(table) }
  const limitsFields = context.caller.policy.limitsFields !== false
  let names: readonly string[] = []
  let fields: (Field | undefined)[] = []
  return (record) => {
    const given = Object.keys(record)
    if (!isSame(given, names)) {
      names = given
      fields = []
    }
    const values: Record<string, Value> = {}
    for (let at = 0; at < given.length; at++) {
      const name = given[at] ?? ''
      // One after the other: what is wrong first is told.
      if (at >= fields.length) fields.push(writableField(table, name, options))
      const field = fields[at]
      if (!field || (preset && Object.hasOwn(preset, field.name))) continue
      addValue(values, field, withLookup(record[name] ?? null, context), adding)
      if (limitsFields && Object.hasOwn(values, field.name)) requireWritable(table, field, options, context)
    }
    if (hasStamps(table) && (options.create || !isEmpty(values)))
      Object.assign(values, stampsOf(table, values, options.create, context))
    const all = preset === undefined ? values : { ...values, ...preset }
    if (options.create) requireFields(table, all)
    return all
  }
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false
  return true
}

function isEmpty(values: Values): boolean {
  for (const _ in values) return false
  return true
}

interface AddOptions {
  readonly create: boolean
  readonly counted: Field | undefined
}

function addValue(
  values: Record<string, Value>,
  field: Field,
  given: Json,
  { create, counted }: AddOptions,
): void {
  if (Object.hasOwn(values, field.name))
    throw new AppError('bad_request', `Field '${field.name}' is given twice.`)
  if (isUnsaid(field, given, create, counted)) return
  values[field.name] = checkedValue(field, given)
}

/** A field that is only read, by the rules of the role. Throws `forbidden`. */
function requireWritable(
  table: Table,
  field: Field,
  { create, writable, keys = [] }: RecordOptions,
  { caller, service, verb }: OperationContext,
): void {
  if (keys.includes(field.name)) return
  const by = create ? 'POST' : verb === 'PUT' ? 'PUT' : 'PATCH'
  const access = caller.policy.decide(service.info.name, tableResource('_table', table.name), by)
  const name = ruleName(field)
  const isRefused = access.allowed && access.fields !== undefined && !access.fields.has(name)
  if (!isRefused && writable?.has(name) !== false) return
  throw new AppError(
    'forbidden',
    `Your role does not let you write field '${field.name}' of '${table.name}'.`,
    {
      hint: 'Leave it out.',
      context: { field: field.name },
    },
  )
}

/** What the rules of a field leave out, a number the database makes, who made a record, which nobody changes, and its version. */
function isUnsaid(field: Field, json: Json, creates: boolean, counted: Field | undefined): boolean {
  if (creates && json === null && field.autoIncrement) return true
  if (!creates && (isAuthor(field) || field.name === counted?.name)) return true
  return field.validation !== undefined && requireRules(field, json, creates) === 'leave out'
}

export function keyMoved(field: string): AppError {
  return new AppError('bad_request', `Field '${field}' identifies the record and can not be changed.`)
}

/** What a write without a single known field says. */
export function noFields(): AppError {
  return new AppError('bad_request', 'No valid fields were found in record.')
}

function writableField(table: Table, name: string, { lenient, keys = [] }: RecordOptions): Field | undefined {
  const field = findByName(table.fieldByName, name)
  if (field && (!field.isGenerated || keys.includes(field.name))) return field
  if (!field && table.takesNewFields) return newField(name)
  if (lenient) return undefined
  if (field)
    throw new AppError(
      'bad_request',
      `Field '${field.name}' is computed by the database and cannot be written.`,
    )
  const near = nearest(
    name,
    table.fields.map((known) => known.name),
  )
  throw new AppError('bad_request', `Unknown field '${name}'.`, {
    hint:
      didYouMean(near) || `Fields of ${table.name}: ${table.fields.map((known) => known.name).join(', ')}`,
    ...(near.length > 0 ? { didYouMean: near } : {}),
    context: { field: name },
  })
}

/** What the database has no field for yet: its value is any JSON. A name with a dot is inside of a document. */
function newField(name: string): Field {
  const isName = name
    .split('.')
    .every((part) => part !== '' && !part.startsWith('$') && !part.includes('\u0000'))
  if (!isName)
    throw new AppError('bad_request', `The database takes no field of the name '${name.slice(0, 60)}'.`, {
      context: { field: name },
    })
  const facts = {
    type: 'json',
    dbType: '',
    allowNull: true,
    autoIncrement: false,
    isGenerated: false,
  } as const
  return { name, ...facts }
}

function checkedValue(field: Field, json: Json): Value {
  if (json === null && !field.allowNull && !field.autoIncrement) {
    throw new AppError('bad_request', `Field '${field.name}' can not be NULL.`, {
      context: { field: field.name },
    })
  }
  return valueFor(field, json)
}

function requireFields(table: Table, values: Values): void {
  const missing = tableFacts(table).required.find(({ name }) => !Object.hasOwn(values, name))
  if (missing)
    throw new AppError('bad_request', `Required field '${missing.name}' can not be NULL.`, {
      context: { field: missing.name },
    })
  if (isEmpty(values)) throw noFields()
}
