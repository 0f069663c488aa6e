import type { AnyTool } from '../core/tool.ts'

/** By its name, or with the service in front (`demo_get_tables`), as servers for many databases name theirs. */
export function toolNamed(
  name: string,
  byName: ReadonlyMap<string, AnyTool>,
  service: string,
): AnyTool | undefined {
  const known = byName.get(name)
  if (known) return known
  const prefix = `${service
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')}_`
  return name.startsWith(prefix) ? byName.get(name.slice(prefix.length)) : undefined
}
