import type { Table } from '../../core/database/schema.ts'
import { nearest } from '../../core/names.ts'
import type { OperationContext } from '../../core/operation.ts'
import { canReadSchema } from './table-access.ts'

/** What the words of a search are looked for in, lower case and without plural endings. */
interface TableWords {
  readonly name: string
  readonly inName: ReadonlySet<string>
  readonly inFields: ReadonlySet<string>
  readonly described: string
}

/** Words of a question that say nothing of a table. */
const IDLE: ReadonlySet<string> = new Set(
  'a all an and are by for from get has have how in is list many me much of on or per show table tables that the to what which who with'.split(
    ' ',
  ),
)
const MOST_WORDS = 12

/**
 * The tables in which words of the search occur, best first: those with most of the words, then those with the words in their names,
 * then in names of columns, then in descriptions. Where no word occurs anywhere, the words are taken for those of names that are spelled
 * like them.
 */
export function searchTables(tables: readonly Table[], search: string, context: OperationContext): Table[] {
  const asked = wordsIn(search)
  const telling = asked.filter((word) => !IDLE.has(word))
  const words = (telling.length > 0 ? telling : asked).slice(0, MOST_WORDS)
  const found = ranked(tables, words, context)
  if (found.length > 0) return found
  const known = [...namedWords(tables, context)].filter(isLong)
  const meant = words.filter(isLong).flatMap((word) => nearest(word, known, MOST_MEANT))
  return ranked(tables, meant, context)
}

const MOST_MEANT = 2

/** Any shorter word is a letter or two away from `id`, which every table has. */
function isLong(word: string): boolean {
  return word.length >= 4
}

/** Every word in a name that the caller may know. */
function namedWords(tables: readonly Table[], context: OperationContext): ReadonlySet<string> {
  const words = new Set<string>()
  for (const table of tables) {
    const { inName, inFields } = wordsOf(table)
    for (const word of inName) words.add(word)
    if (mayDescribe(table, context)) for (const word of inFields) words.add(word)
  }
  return words
}

function ranked(tables: readonly Table[], words: readonly string[], context: OperationContext): Table[] {
  return tables
    .map((table) => ({ table, ...scoreOf(wordsOf(table), words, mayDescribe(table, context)) }))
    .filter(({ hits }) => hits > 0)
    .sort(
      (a, b) =>
        b.hits - a.hits ||
        b.score - a.score ||
        a.table.name.length - b.table.name.length ||
        (a.table.name < b.table.name ? -1 : 1),
    )
    .map(({ table }) => table)
}

function mayDescribe({ name }: Table, { caller, service }: OperationContext): boolean {
  return canReadSchema(caller.policy, service.info.name, name)
}

interface Score {
  /** Words that occur. */
  readonly hits: number
  readonly score: number
}

function scoreOf(table: TableWords, words: readonly string[], describable: boolean): Score {
  const scores = words.map((word) => scoreOfWord(table, word, describable))
  const isName = words.join('_') === table.name
  return {
    hits: scores.filter((score) => score > 0).length,
    score: scores.reduce((sum, score) => sum + score, isName ? WHOLE_NAME : 0),
  }
}

const WHOLE_NAME = 20

function scoreOfWord(
  { name, inName, inFields, described }: TableWords,
  word: string,
  describable: boolean,
): number {
  if (inName.has(word)) return inName.size === 1 ? 12 : 8
  if (name.includes(word)) return 5
  if (!describable) return 0
  if (inFields.has(word)) return 3
  return described.includes(word) ? 1 : 0
}

const known = new WeakMap<Table, TableWords>()

function wordsOf(table: Table): TableWords {
  const before = known.get(table)
  if (before) return before
  const names = wordsIn(`${table.name} ${table.alias ?? ''} ${table.label ?? ''}`)
  const [, own = table.name] = /^[^.]*\.(.*)$/.exec(table.name) ?? []
  const words: TableWords = {
    name: wordsIn(own).join('_'),
    inName: new Set(names),
    inFields: new Set(table.fields.flatMap(({ name, label = '' }) => wordsIn(`${name} ${label}`))),
    described: [table.description, ...table.fields.flatMap(({ name, description }) => [name, description])]
      .filter((text) => text !== undefined)
      .join(' ')
      .toLowerCase(),
  }
  known.set(table, words)
  return words
}

/** `OrderItems by category` → `order`, `item`, `by`, `category`. */
function wordsIn(text: string): string[] {
  return text
    .replaceAll(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map(singular)
}

/** Close enough for English: it only has to be the same for a word and its plural. */
function singular(word: string): string {
  if (word.length < 4) return word
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`
  if (/(ss|sh|ch|x|z)es$/.test(word)) return word.slice(0, -2)
  return /[^su]s$/.test(word) ? word.slice(0, -1) : word
}
