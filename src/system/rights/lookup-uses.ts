import type { Snapshot } from '../snapshot.ts'
import type { WriteTools } from '../write-context.ts'

/** Who uses the value of a lookup, by its name. */
export function lookupUses(
  name: string,
  { roleById, services }: Pick<Snapshot, 'roleById' | 'services'>,
): ReturnType<WriteTools['lookupUses']> {
  const roles = [...roleById.values()].filter(({ rules }) =>
    rules.some(({ filters }) => namesLookup(filters, name)),
  )
  return {
    roles: roles.map(({ id }) => id),
    isInConfig: services.some(({ config }) => namesLookup(config, name)),
  }
}

/** Whether a text anywhere in a value has this lookup, alone or with modifiers: `{region}`, `{trim(region)}`. */
export function namesLookup(value: unknown, name: string): boolean {
  if (typeof value !== 'string')
    return (
      typeof value === 'object' &&
      value !== null &&
      Object.values(value).some((one) => namesLookup(one, name))
    )
  const inBraces = [...value.matchAll(/\{([^{}]*)\}/g)].map(([, inner = '']) => innermost(inner))
  return inBraces.includes(name.trim().toLowerCase())
}

/** `region` of `trim( Region )`. */
function innermost(call: string): string {
  const [last = ''] = call.split('(').slice(-1)
  const [name = ''] = last.split(')', 1)
  return name.trim().toLowerCase()
}
