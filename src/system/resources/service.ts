import { z } from 'zod'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { didYouMean, nearest } from '../../core/names.ts'
import { isReservedName } from '../../core/reserved-names.ts'
import { flag, json, text } from '../field-rules.ts'
import { requireActivationRight, requireRulesRight } from '../rights/service-right.ts'
import { configColumn, configToTry } from '../service/config-column.ts'
import { shownConfig } from '../service/shown-config.ts'
import { defineSystemResource, type Given } from '../system-resource.ts'
import type { WriteContext } from '../write-context.ts'

/** dreamfactory-rest §7.3 */
const NAME = /^[A-Za-z0-9_-]{1,40}$/
const WRONG_NAME = 'Service name should only contain letters, numbers, underscores and dashes.'

export const service = defineSystemResource({
  name: 'service',
  description: 'A connected database, or another thing with an API of its own.',
  columns: {
    name: { type: 'string', length: 40 },
    label: { type: 'string', length: 80 },
    description: { type: 'string', length: 255, allowNull: true },
    is_active: { type: 'boolean', default: false },
    type: { type: 'string', length: 40 },
    mutable: { type: 'boolean', default: true },
    deletable: { type: 'boolean', default: true },
    // Secrets in it are encrypted: service-config.ts.
    config: { type: 'json', allowNull: true },
  },
  unique: ['name'],
  opaque: ['config'],
  accepts: {
    name: text(40).regex(NAME, { error: WRONG_NAME }),
    label: z.string().max(80).transform(withoutTags),
    description: z.string().max(255).nullable(),
    is_active: flag,
    type: text(40),
    config: json,
  },
  required: ['name', 'type'],
  shows: { config: { needs: ['id', 'type'], show: shownConfig } },
  usedBy: [
    {
      table: 'role_service_access',
      column: 'service_id',
      shows: 'role_id',
      of: { table: 'role', shows: 'name' },
      what: 'roles',
    },
    { table: 'app', column: 'storage_service_id', shows: 'name', what: 'apps' },
  ],
  async toColumns(given, context) {
    checkType(given, context)
    checkFixed(given, context.stored)
    checkName(given, context.stored)
    await requireActivationRight(given, context)
    const label = given.label || (context.stored ? undefined : given.name)
    return {
      ...given,
      ...(label !== undefined && { label }),
      ...(await configColumn(given, context)),
    }
  },
  async tryOut(given, context) {
    checkType(given, context)
    const { type, config } = configToTry(given, context)
    try {
      await context.tools.probe(type, config, context.signal)
    } catch (error) {
      throw connectionRefused(error)
    }
  },
  async beforeDelete(stored, context) {
    const { deletable, name } = stored
    if (deletable === false)
      throw new AppError(
        'forbidden',
        `Service '${String(name)}' belongs to the server and cannot be deleted.`,
      )
    await requireRulesRight(stored, context)
  },
})

/** Why the connection failed, as a problem of the record. */
function connectionRefused(error: unknown): unknown {
  if (!(error instanceof AppError) || error.code === 'internal') return error
  const { message, hint, cause } = error
  return new AppError('bad_request', `The connection failed. ${message}`, {
    context: { config: [message] },
    cause,
    ...(hint !== undefined && { hint }),
  })
}

function checkType({ type }: Given, { stored, tools }: WriteContext): void {
  if (typeof type !== 'string' || type === stored?.type) return
  if (stored) throw invalid('type', 'The type of a service cannot change: make a new service.')
  const known = tools.types.filter(({ isSingleton }) => !isSingleton).map(({ name }) => name)
  if (known.includes(type)) return
  const names = nearest(type, known)
  throw invalid('type', `There is no service type '${type}'. ${didYouMean(names)}`.trim(), names)
}

/** What the server itself stands on. */
function checkFixed(given: Given, stored: Row | undefined): void {
  if (stored?.mutable !== false && stored?.deletable !== false) return
  const isChanged = (field: string) => given[field] !== undefined && given[field] !== stored[field]
  const field = ['name', 'is_active', 'type'].find(isChanged)
  if (field !== undefined)
    throw invalid(
      field,
      `Service '${String(stored.name)}' belongs to the server: its ${field} cannot change.`,
    )
}

/** One that the server had before it kept the name may stay. */
function checkName({ name }: Given, stored: Row | undefined): void {
  if (typeof name !== 'string' || name === stored?.name || !isReservedName(name)) return
  throw invalid('name', `The name '${name}' is the server's own: take another one.`)
}

function invalid(field: string, sentence: string, names: readonly string[] = []): AppError {
  return new AppError('bad_request', `Invalid data supplied. ${sentence}`, {
    context: { [field]: [sentence] },
    ...(names.length > 0 && { didYouMean: names }),
  })
}

function withoutTags(label: string): string {
  return label.replace(/<[^>]*>/g, '').trim()
}
