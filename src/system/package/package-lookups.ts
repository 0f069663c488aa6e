import { MASK } from '../secrets.ts'
import type { Snapshot } from '../snapshot.ts'
import type { LookupInput } from '../write/upsert-lookups.ts'
import { PREFIX, type ReferenceValues, variableOf } from './config-references.ts'
import type { PackagedLookup } from './package-format.ts'

type LookupRecord = Snapshot['lookupRecords'][number]

/** Whose lookups: `['ROLE', 'reader']`; empty: the whole system's. Names the variables that private ones refer to. */
export type OwnerPath = readonly string[]

/** In order of name; a private value is a reference to the environment. */
export function exportLookups(records: readonly LookupRecord[], owner: OwnerPath): PackagedLookup[] {
  return records
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, value, isPrivate, description }) => ({
      name,
      value: isPrivate ? { $env: variableOf('lookup', [...owner, name]) } : (value ?? null),
      private: isPrivate,
      description: description ?? null,
    }))
}

/** `stored`: those the owner has now: a private one stays where a variable is not set. Problems are sentences with their place. */
export function resolveLookupValues(
  given: readonly PackagedLookup[],
  stored: readonly LookupRecord[],
  { values, at }: { readonly values: ReferenceValues; readonly at: string },
): { readonly lookups: readonly LookupInput[]; readonly problems: readonly string[] } {
  const problems: string[] = []
  const names = new Set<string>()
  const lookups = given.map(({ name, value, private: isPrivate, description }, index): LookupInput => {
    const place = `${at}lookups[${index}]`
    if (names.has(name.toLowerCase())) problems.push(`${place}.name: '${name}' comes twice.`)
    names.add(name.toLowerCase())
    if (isPrivate && value === MASK)
      problems.push(`${place}.value: stars stand for a stored value, and a package has none.`)
    const input = { name, isPrivate, description: description ?? undefined }
    if (value === null || typeof value === 'string') return { ...input, value }
    const { $env: variable } = value
    if (!variable.startsWith(PREFIX))
      problems.push(`${place}.value: a reference names a variable that begins with ${PREFIX}.`)
    if (!isPrivate)
      problems.push(`${place}.value: only a private lookup takes its value from the environment.`)
    const found = Object.hasOwn(values, variable) ? values[variable] : undefined
    const isThere = stored.some((record) => record.name.toLowerCase() === name.toLowerCase())
    if (found === undefined && !isThere)
      problems.push(`${place}.value: the environment variable ${variable} is not set.`)
    return { ...input, value: found }
  })
  return { lookups, problems }
}

/** The lookups of one owner. */
export function lookupsOf(
  { lookupRecords }: Pick<Snapshot, 'lookupRecords'>,
  owner: Partial<Pick<LookupRecord, 'roleId' | 'appId' | 'userId'>>,
): LookupRecord[] {
  return lookupRecords.filter(
    ({ roleId, appId, userId }) =>
      roleId === owner.roleId && appId === owner.appId && userId === owner.userId,
  )
}
