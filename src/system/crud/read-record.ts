import type { z } from 'zod'
import type { Relation } from '../../core/database/schema.ts'
import type { Json } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import type { Given, SystemResource } from '../system-resource.ts'
import type { WriteTools } from '../write-context.ts'
import {
  addProblem,
  hasProblem,
  invalidRecord,
  type Problems,
  requiredField,
  sentenceOf,
  unknownField,
} from './problems.ts'
import { type GivenLinks, readLinks } from './read-links.ts'
import type { View, Views } from './views.ts'

/** A record of a request, checked as far as that goes without the database. */
export interface CheckedRecord {
  readonly given: Given
  /** Fields that only the server writes, as the request has them: they must be what they are already. */
  readonly claimed: Given
  readonly children: readonly GivenChildren[]
  readonly links: readonly GivenLinks[]
}

export interface GivenChildren {
  /** `role_service_access_by_role_id` */
  readonly relation: string
  readonly view: View
  /** The child's column with the parent's id. */
  readonly foreignKey: string
  readonly isOwned: boolean
  readonly records: readonly GivenChild[]
}

export interface GivenChild {
  readonly id: number | undefined
  /** Undefined: not said. */
  readonly parent: number | null | undefined
  readonly record: CheckedRecord
}

interface Scope {
  /** A required field that need not be said. */
  readonly known?: string
  readonly views: Views
  readonly tools: WriteTools
}

type Kind = 'create' | 'update'

/** Throws `bad_request` with every problem by field. */
export async function readRecord(
  view: View,
  asked: Readonly<Record<string, unknown>>,
  kind: Kind,
  scope: Scope,
): Promise<CheckedRecord> {
  const { resource } = view
  const record = kind === 'create' && resource.complete ? resource.complete(asked) : asked
  const problems: Problems = {}
  const near: string[] = []
  const given: Record<string, Json> = {}
  const claimed: Record<string, Json> = {}
  const children: GivenChildren[] = []
  const links: GivenLinks[] = []
  for (const [name, value] of Object.entries(record)) {
    const rule = Object.hasOwn(resource.accepts, name) ? resource.accepts[name] : undefined
    if (rule) {
      const parsed = rule.safeParse(value)
      if (parsed.success) given[name] = parsed.data
      else
        for (const issue of tellingOf(parsed.error.issues))
          addProblem(problems, name, sentenceOf(name, issue))
      continue
    }
    const relation = view.visible.relations.find((one) => one.name === name)
    if (relation?.type === 'many_many') links.push(await readOthers(relation, value, scope))
    else if (relation) children.push(await readChildren(relation, value, scope))
    else if (isShown(view, name)) claimed[name] = toJson(value)
    else {
      const { sentence, names } = unknownField(name, knownNames(view))
      addProblem(problems, name, sentence)
      near.push(...names)
    }
  }
  if (kind === 'create')
    addMissing(resource, { ...(scope.known && { [scope.known]: 0 }), ...record }, problems)
  if (kind === 'create') refuseClaims(claimed, problems)
  if (Object.keys(problems).length > 0) throw invalidRecord(problems, { didYouMean: near })
  const ready = resource.early ? await resource.early(given, scope.tools) : given
  return { given: ready, claimed, children, links }
}

/** Of a value of another type nothing else is worth telling. */
function tellingOf(issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] {
  const ofType = issues.filter(({ code }) => code === 'invalid_type')
  return ofType.length > 0 ? ofType : issues
}

export function readOnlyField(name: string): string {
  return `The ${name} field is written by the server only.`
}

function refuseClaims(claimed: Given, problems: Problems): void {
  for (const name of Object.keys(claimed)) addProblem(problems, name, readOnlyField(name))
}

function addMissing({ required }: SystemResource, record: object, problems: Problems): void {
  for (const name of required)
    if (!Object.hasOwn(record, name) && !hasProblem(problems, name))
      addProblem(problems, name, requiredField(name))
}

function isShown({ visible, resource }: View, name: string): boolean {
  return visible.fieldByName.get(name)?.name === name || Object.hasOwn(resource.shows, name)
}

function knownNames({ visible, resource }: View): string[] {
  return [...Object.keys(resource.accepts), ...visible.relations.map(({ name }) => name)]
}

/** Throws `bad_request`. */
function itemsOf({ name, type }: Relation, value: unknown): readonly JsonObject[] {
  const items: unknown = type === 'has_one' && value !== null && !Array.isArray(value) ? [value] : value
  if (Array.isArray(items) && items.every(isObject)) return items
  throw invalidRecord({ [name]: [`The ${name} field must be an array of records.`] })
}

async function readOthers(relation: Relation, value: unknown, scope: Scope): Promise<GivenLinks> {
  const read = (view: View, record: JsonObject, kind: Kind) => readRecord(view, record, kind, scope)
  const idOf = (id: unknown) => numberOf(id, 'id')
  return await readLinks(relation, itemsOf(relation, value), { views: scope.views, read, idOf })
}

async function readChildren(relation: Relation, value: unknown, scope: Scope): Promise<GivenChildren> {
  const [foreignKey = ''] = relation.refFields
  if (relation.type !== 'has_many' && relation.type !== 'has_one') {
    throw new AppError(
      'not_supported',
      `Creating related record of relation type "${relation.type}" is not supported.`,
      { hint: `Write '${relation.refTable}' by itself.`, context: { field: relation.name } },
    )
  }
  const items = itemsOf(relation, value)
  const child = scope.views.of(relation.refTable)
  const records: GivenChild[] = []
  for (const item of items) records.push(await readChild(child, foreignKey, item, scope))
  const isOwned = relation.onDelete === 'CASCADE'
  return { relation: relation.name, view: child, foreignKey, isOwned, records }
}

async function readChild(
  view: View,
  foreignKey: string,
  item: JsonObject,
  scope: Scope,
): Promise<GivenChild> {
  const { id, [foreignKey]: parent, ...rest } = item
  const isNew = id === undefined || id === null
  // Which parent it belongs to is known from where it stands.
  const record = await readRecord(view, rest, isNew ? 'create' : 'update', { ...scope, known: foreignKey })
  return {
    id: numberOf(id, 'id'),
    parent: parent === null ? null : numberOf(parent, foreignKey),
    record,
  }
}

function numberOf(value: unknown, field: string): number | undefined {
  if (value === undefined || value === null) return undefined
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number
  throw invalidRecord({ [field]: [`The ${field} field must be an integer.`] })
}

type JsonObject = Readonly<Record<string, unknown>>

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What came as JSON is JSON. */
function toJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? null))
}
