import * as z from 'zod'
import type { AnyRecord } from '../../api/wire.ts'

const record = z.record(z.string(), z.unknown())
const list = z.array(record).optional()

/** A config package as this page reads one: lists of records by name. */
export const configPackage = z.looseObject({
  format: z.string(),
  services: list,
  roles: list,
  apps: list,
  users: list,
  tools: list,
  lookups: list,
})
export type ConfigPackage = z.infer<typeof configPackage>

/** In the order in which they depend on each other. */
const LISTS = [
  ['services', 'Service'],
  ['roles', 'Role'],
  ['apps', 'Key'],
  ['users', 'User'],
  ['tools', 'Tool'],
  ['lookups', 'Lookup'],
] as const

export interface FieldChange {
  readonly field: string
  readonly before: unknown
  readonly after: unknown
}

/** What an import would do to a record. */
export interface PackageChange {
  readonly kind: string
  readonly name: string
  /** `same`: nothing; `kept`: only here, an import leaves it. */
  readonly effect: 'new' | 'changed' | 'same' | 'kept'
  readonly fields: readonly FieldChange[]
}

/** What differs between a package and this instance. What a package leaves out, an import leaves as it is. */
export function packageDiff(wanted: ConfigPackage, here: ConfigPackage): readonly PackageChange[] {
  return LISTS.flatMap(([name, kind]) => {
    const ours = byName(here[name])
    const theirs = byName(wanted[name])
    const kept = [...ours.keys()].filter((key) => !theirs.has(key))
    return [
      ...[...theirs].map(([key, given]) => changeOf(kind, given, ours.get(key))),
      ...kept.map((key): PackageChange => {
        const name = nameOf(ours.get(key) ?? {})
        return { kind, name, effect: 'kept', fields: [] }
      }),
    ]
  })
}

function changeOf(kind: string, given: AnyRecord, own: AnyRecord | undefined): PackageChange {
  const name = nameOf(given)
  const named = Object.entries(given).filter(([field]) => field !== 'name')
  if (!own) {
    const fields = named.map(([field, after]) => ({ field, before: undefined, after }))
    return { kind, name, effect: 'new', fields }
  }
  const fields = named
    .filter(([field, after]) => !isSame(after, own[field]))
    .map(([field, after]) => ({ field, before: own[field], after }))
  return { kind, name, effect: fields.length === 0 ? 'same' : 'changed', fields }
}

/** Names are one thing in any case; users go by their address. */
function byName(records: readonly AnyRecord[] = []): ReadonlyMap<string, AnyRecord> {
  return new Map(records.map((one) => [nameOf(one).toLowerCase(), one]))
}

function nameOf({ name, email }: AnyRecord): string {
  return String(email ?? name)
}

/** The order of keys says nothing. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  const known = record.safeParse(value)
  if (!known.success) return value
  return Object.fromEntries(
    Object.entries(known.data)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, held]) => [key, sorted(held)]),
  )
}
