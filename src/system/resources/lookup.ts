import { z } from 'zod'
import type { Json, Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { flag, optionalText } from '../field-rules.ts'
import { requireLookupRight } from '../rights/lookup-right.ts'
import { LOOKUP_PURPOSE, MASK, type Secrets } from '../secrets.ts'
import { defineSystemResource, type Given, type SystemResource } from '../system-resource.ts'
import type { WriteContext } from '../write-context.ts'

const OWNERS = ['role_id', 'app_id', 'user_id'] as const
type Owner = (typeof OWNERS)[number]

export const lookupName = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[^{}()\s]+$/, { error: 'The name field must not contain spaces, braces or parentheses.' })
export const lookupValue = optionalText(65_535)

/** Lookups of the whole system, at an address of their own. */
export const lookup = lookupOf('lookup', undefined)

/** Lookups of one role, app or user, written with it. */
export const roleLookup = lookupOf('role_lookup', 'role_id')
export const appLookup = lookupOf('app_lookup', 'app_id')
export const userLookup = lookupOf('user_lookup', 'user_id')

function lookupOf(name: string, owner: Owner | undefined): SystemResource {
  return defineSystemResource({
    name,
    tableName: 'lookup',
    description: 'A value by name, for filters, records and configurations.',
    columns: {
      ...Object.fromEntries(OWNERS.map((column) => [column, { type: 'integer', allowNull: true } as const])),
      name: { type: 'string', length: 64 },
      // Encrypted when it is private.
      value: { type: 'text', allowNull: true },
      private: { type: 'boolean', default: false },
      description: { type: 'string', length: 255, allowNull: true },
    },
    belongsTo: { role_id: 'role', app_id: 'app', user_id: 'user' },
    ...(owner && { component: owner.replace('_id', ''), hasAddress: false, readsAs: 'lookup' }),
    fixed: Object.fromEntries(OWNERS.filter((column) => column !== owner).map((column) => [column, null])),
    hidden: OWNERS.filter((column) => column !== owner),
    opaque: ['value'],
    nameField: 'name',
    uniqueInOwner: ['name'],
    accepts: {
      name: lookupName,
      value: lookupValue,
      private: flag,
      description: optionalText(255),
    },
    required: ['name'],
    shows: {
      value: { needs: ['private'], show: ({ private: isPrivate, value }) => shownValue(isPrivate, value) },
    },
    async toColumns(given, context) {
      await requireLookupRight(owner, given, context)
      return toColumns(given, context)
    },
    beforeDelete: (_stored, context) => requireLookupRight(owner, undefined, context),
  })
}

/** A related lookup may come without saying whether it is private. */
function shownValue(isPrivate: Json | undefined, value: Json | undefined): Json {
  return isPrivate === false || value === null ? (value ?? null) : MASK
}

function toColumns(given: Given, { stored, tools: { secrets } }: WriteContext): Given {
  const isPrivate = (given.private ?? stored?.private ?? false) === true
  if (isPrivate && given.value === MASK && stored?.private !== true) throw invalidValue(STARS)
  const isGiven = given.value !== undefined && !(given.value === MASK && stored?.private === true)
  if (stored?.private === true && !isPrivate && !isGiven) throw invalidValue(NOT_SHOWN)
  if (!isGiven && stored?.private === isPrivate) {
    const { value: _, ...rest } = given
    return rest
  }
  const plain = isGiven ? given.value : plainValue(stored, secrets)
  const value =
    typeof plain === 'string' && isPrivate ? secrets.encrypt(plain, LOOKUP_PURPOSE) : (plain ?? null)
  return { ...given, value }
}

const STARS = 'The value field is required: stars stand for a stored value, and there is none.'
const NOT_SHOWN = 'The value field is required: a value that was private is not shown.'

function invalidValue(sentence: string): AppError {
  return new AppError('bad_request', `Invalid data supplied. ${sentence}`, { context: { value: [sentence] } })
}

function plainValue(stored: Row | undefined, secrets: Secrets): Json {
  const value = stored?.value ?? null
  return stored?.private === true && typeof value === 'string'
    ? secrets.decrypt(value, LOOKUP_PURPOSE)
    : value
}
