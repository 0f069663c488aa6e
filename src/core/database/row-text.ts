import { csvLine, csvText } from '../csv.ts'
import { endOfValue, isNested } from './json-cell.ts'
import type { Row } from './value.ts'

interface Source {
  /** Text of an array of row objects with these fields in this order. */
  readonly json: string
  readonly fields: readonly string[]
  /** How many of them are meant, the first ones. */
  readonly count: number
  /** There is one more row in the text. */
  readonly hasMore: boolean
}

/** Rows as an engine wrote them: text that is read only as far as somebody needs it. */
export class RowText {
  readonly #source: Source
  #walked: Walked | undefined
  #isWalked = false

  constructor(source: Source) {
    this.#source = source
  }

  rows(): readonly Row[] {
    const { json, count, hasMore } = this.#source
    const all: readonly Row[] = JSON.parse(json)
    return hasMore ? all.slice(0, count) : all
  }

  /** JSON text of the array of the rows. */
  json(): string {
    const { json, hasMore } = this.#source
    if (!hasMore) return json
    const end = this.#walk()?.end
    return end === undefined ? JSON.stringify(this.rows()) : `${json.slice(0, end)}]`
  }

  /** The names of the fields and the rows, each as a line of CSV; nothing without rows. Undefined where a value is nested. */
  lines(): readonly string[] | undefined {
    const { fields, count } = this.#source
    if (count === 0) return []
    const lines = this.#walk()?.lines
    return lines && [csvLine(fields), ...lines]
  }

  #walk(): Walked | undefined {
    if (this.#isWalked) return this.#walked
    this.#isWalked = true
    this.#walked = walkRows(this.#source)
    return this.#walked
  }
}

interface Walked {
  readonly lines: readonly string[]
  /** Where the last of the rows ends. */
  readonly end: number
}

/** Compact JSON of flat rows that all have these keys, in this order; undefined for any other. */
function walkRows({ json, fields, count }: Source): Walked | undefined {
  const keys = fields.map((name, at) => `${at === 0 ? '{' : ','}${JSON.stringify(name)}:`)
  const hasEscapes = json.includes('\\')
  const lines: string[] = []
  let at = 0
  for (let row = 0; row < count; row++) {
    let line = ''
    // Behind the bracket, or the comma between two rows.
    at++
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] ?? ''
      if (!json.startsWith(key, at)) return undefined
      const start = at + key.length
      const end = isNested(json, start) ? undefined : endOfValue(json, start)
      if (end === undefined) return undefined
      const cell = cellOf(json, start, end, hasEscapes)
      line += index === 0 ? cell : `,${cell}`
      at = end
    }
    if (json.charCodeAt(at++) !== CLOSE) return undefined
    lines.push(line)
  }
  return { lines, end: at }
}

const QUOTE = 34
const CLOSE = 125

function cellOf(json: string, start: number, end: number, hasEscapes: boolean): string {
  if (json.charCodeAt(start) === QUOTE) {
    const text = json.slice(start + 1, end - 1)
    if (hasEscapes) return csvText(text.includes('\\') ? JSON.parse(json.slice(start, end)) : text)
    // Without escapes in all of the text nothing but a comma wants quotes.
    return text !== '' && text.indexOf(',') < 0 ? text : `"${text}"`
  }
  const word = json.slice(start, end)
  if (word === 'null') return ''
  // As every other number of ours is written: 1.5 for 1.50.
  return word.length > 1 && isWrittenOtherwise(word) ? String(Number(word)) : word
}

function isWrittenOtherwise(number: string): boolean {
  const first = number.charCodeAt(0)
  if (first > NINE) return false
  return number.indexOf('.') > 0 || number.indexOf('e') > 0 || number.indexOf('E') > 0 || number === '-0'
}

/** Words begin behind it. */
const NINE = 57
