import type { Table } from '../../core/database/schema.ts'

/** `first_name` → `First Name` (dreamfactory-rest §5.1). */
export function labelOf(name: string): string {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .split(/[\s_.-]+/)
    .filter((word) => word !== '')
  return words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join(' ')
}

const IRREGULAR: ReadonlyMap<string, string> = new Map([
  ['person', 'people'],
  ['child', 'children'],
  ['man', 'men'],
  ['woman', 'women'],
  ['foot', 'feet'],
  ['mouse', 'mice'],
  ...['news', 'series', 'species', 'sheep', 'equipment', 'information', 'data', 'media'].map(
    (word) => [word, word] as const,
  ),
])

/** The English plural of a label's last word; a word that looks plural stays. */
function pluralOf(label: string): string {
  const [, start = '', last = label] = /^(.*\s)?(\S+)$/.exec(label) ?? []
  const lower = last.toLowerCase()
  const irregular = IRREGULAR.get(lower)
  if (irregular) return start + (last[0] ?? '') + irregular.slice(1)
  if (/[^s]s$/.test(lower) && !/(us|is|as)$/.test(lower)) return start + last
  if (/(s|x|z|ch|sh)$/.test(lower)) return `${start}${last}es`
  if (/[^aeiou]y$/.test(lower)) return `${start}${last.slice(0, -1)}ies`
  return `${start}${last}s`
}

interface Words {
  readonly label: string
  readonly plural: string
}

/** Made once for each reading of the catalogue: a listing of thousands of tables would spend a third of its time here. */
const words = new WeakMap<Table, Words>()

/** What people call the records of a table. */
export function wordsForTable(table: Table): Words {
  const known = words.get(table)
  if (known) return known
  const label = table.label ?? labelOf(table.name)
  const made = { label, plural: table.plural ?? pluralOf(label) }
  words.set(table, made)
  return made
}
