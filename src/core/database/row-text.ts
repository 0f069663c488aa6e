import { csvLine } from '../csv.ts'
import { toJsonText } from '../exact-json.ts'
import { fromJsonText, mayLoseDigits } from '../from-json-text.ts'
import { lastValues, type RowMarks, rowMarks } from './last-row.ts'
import { walkRows } from './row-walk.ts'
import { withDocuments } from './rows-of-text.ts'
import type { Json, Row } from './value.ts'

interface Source {
  /** Text of an array of row objects with these fields in this order. */
  readonly json: string
  readonly fields: readonly string[]
  /** How many of them are meant, the first ones. */
  readonly count: number
  /** There is one more row in the text. */
  readonly hasMore: boolean
  /** Lines of the rows, without their head, where the engine wrote them (cell-lines.ts). */
  readonly lines?: string | undefined
}

/** Rows as an engine wrote them: text that is read only as far as somebody needs it. */
export class RowText {
  readonly #source: Source
  #walked: ReturnType<typeof walkRows>
  #isWalked = false

  constructor(source: Source) {
    this.#source = source
  }

  rows(): readonly Row[] {
    const { json, count, hasMore } = this.#source
    const read: readonly Row[] = JSON.parse(json)
    const all = mayLoseDigits(json) ? withExactDocuments(read, json) : read
    return hasMore ? all.slice(0, count) : all
  }

  /** The last of them, with these of its fields at least; the others are not read for it. Undefined when there is none. */
  last(names: readonly string[]): Row | undefined {
    const { fields } = this.#source
    const numbers = names.map((name) => fields.indexOf(name))
    const values = lastValues(this.json(), marksOf(fields), numbers)
    if (!values) return this.rows().at(-1)
    const row: { [name: string]: Json } = {}
    for (const [at, name] of names.entries()) row[name] = values[at] ?? null
    return row
  }

  /** JSON text of the array of the rows. */
  json(): string {
    const { json, hasMore } = this.#source
    if (!hasMore) return json
    const head = this.#walk()?.head
    return head === undefined ? toJsonText(this.rows()) : `${head}]`
  }

  /**
   * The names of the fields and the rows as CSV (core/csv.ts), as it stands inside of a JSON text; empty without rows. Undefined where a value is
   * nested.
   */
  linesInJson(): string | undefined {
    const { fields, count } = this.#source
    if (count === 0) return ''
    const lines = this.#source.lines ?? this.#walk()?.lines
    return lines === undefined ? undefined : `${marksOf(fields).head}${lines}`
  }

  #walk(): ReturnType<typeof walkRows> {
    const { json, fields, count } = this.#source
    if (!this.#isWalked) this.#walked = walkRows(json, fields, count)
    this.#isWalked = true
    return this.#walked
  }
}

/** Of the fields of a list. */
interface Marks extends RowMarks {
  /** Their names as a line, with its end, as it stands inside of a JSON text. */
  readonly head: string
}

/** Of lists that are kept, and never change. */
const kept = new WeakMap<readonly string[], Marks>()

function marksOf(fields: readonly string[]): Marks {
  const known = kept.get(fields)
  if (known) return known
  const made = { ...rowMarks(fields), head: JSON.stringify(`${csvLine(fields)}\n`).slice(1, -1) }
  if (Object.isFrozen(fields)) kept.set(fields, made)
  return made
}

/** Outside of documents an engine writes as text what a double does not hold. */
function withExactDocuments(rows: readonly Row[], json: string): readonly Row[] {
  const nested = new Set(
    rows.flatMap((row) =>
      Object.keys(row).filter((name) => typeof row[name] === 'object' && row[name] !== null),
    ),
  )
  return nested.size === 0 ? rows : withDocuments(rows, fromJsonText(json), [...nested])
}
