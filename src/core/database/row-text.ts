import { csvLine } from '../csv.ts'
import { walkRows } from './row-walk.ts'
import type { Row } from './value.ts'

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
    const all: readonly Row[] = JSON.parse(json)
    return hasMore ? all.slice(0, count) : all
  }

  /** The last of them; the others are not read for it. Undefined when there is none. */
  last(): Row | undefined {
    const text = this.json()
    const [first = ''] = this.#source.fields
    const before = text.lastIndexOf(`},{${JSON.stringify(first)}:`)
    // What begins inside of a row does not end with it.
    return parsed(text.slice(before < 0 ? 1 : before + 2, -1)) ?? this.rows().at(-1)
  }

  /** JSON text of the array of the rows. */
  json(): string {
    const { json, hasMore } = this.#source
    if (!hasMore) return json
    const head = this.#walk()?.head
    return head === undefined ? JSON.stringify(this.rows()) : `${head}]`
  }

  /**
   * The names of the fields and the rows as CSV (core/csv.ts), as it stands inside of a JSON text; empty without rows. Undefined where a value is
   * nested.
   */
  linesInJson(): string | undefined {
    const { fields, count } = this.#source
    if (count === 0) return ''
    const lines = this.#source.lines ?? this.#walk()?.lines
    return lines === undefined ? undefined : `${headOf(fields)}${lines}`
  }

  #walk(): ReturnType<typeof walkRows> {
    const { json, fields, count } = this.#source
    if (!this.#isWalked) this.#walked = walkRows(json, fields, count)
    this.#isWalked = true
    return this.#walked
  }
}

function parsed(text: string): Row | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** With the end of its line. */
function headOf(fields: readonly string[]): string {
  return JSON.stringify(`${csvLine(fields)}\n`).slice(1, -1)
}
