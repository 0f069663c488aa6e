import type { Json } from '../core/database/value.ts'

/** Where a text stops being JSON. Lines and columns count from 1. */
export interface JsonProblem {
  readonly line: number
  readonly column: number
  readonly expected: string
}

/** RFC 8259 JSON, with the place of the first mistake; a key twice in one object is a mistake too. */
export function parseJsonText(text: string): { readonly value: Json } | { readonly problem: JsonProblem } {
  const reader = new Reader(text)
  try {
    const value = reader.value()
    reader.end()
    return { value }
  } catch (error) {
    if (!(error instanceof Mistake)) throw error
    const before = text.slice(0, error.position).split('\n')
    return {
      problem: { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, expected: error.expected },
    }
  }
}

class Mistake extends Error {
  readonly position: number
  readonly expected: string

  constructor(position: number, expected: string) {
    super(expected)
    this.position = position
    this.expected = expected
  }
}

const SPACE = /[ \t\r\n]*/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 8259 §7 forbids them in strings
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const WORD = /true|false|null/y
const MAX_DEPTH = 100

class Reader {
  readonly #text: string
  #position = 0

  constructor(text: string) {
    this.#text = text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text
  }

  value(depth = 0): Json {
    this.#take(SPACE)
    if (depth > MAX_DEPTH) throw this.#mistake('less nesting')
    if (this.#takeCharacter('{')) return this.#object(depth)
    if (this.#takeCharacter('[')) return this.#array(depth)
    const scalar = this.#take(STRING) ?? this.#take(NUMBER) ?? this.#take(WORD)
    if (scalar === undefined)
      throw this.#mistake(this.#sees('"') ? 'a string that ends on its line' : 'a value')
    return JSON.parse(scalar)
  }

  end(): void {
    this.#take(SPACE)
    if (this.#position < this.#text.length) throw this.#mistake('the end of the file')
  }

  #object(depth: number): Json {
    const entries = new Map<string, Json>()
    this.#take(SPACE)
    if (this.#takeCharacter('}')) return {}
    do {
      this.#take(SPACE)
      const start = this.#position
      const key = this.#take(STRING)
      if (key === undefined) throw this.#mistake('a key in double quotes')
      const name: string = JSON.parse(key)
      if (entries.has(name)) throw new Mistake(start, `a key that is not there yet: ${key} comes twice`)
      this.#take(SPACE)
      if (!this.#takeCharacter(':')) throw this.#mistake('a colon')
      entries.set(name, this.value(depth + 1))
      this.#take(SPACE)
    } while (this.#takeCharacter(','))
    if (!this.#takeCharacter('}')) throw this.#mistake('a comma or a closing brace')
    return Object.fromEntries(entries)
  }

  #array(depth: number): Json {
    const items: Json[] = []
    this.#take(SPACE)
    if (this.#takeCharacter(']')) return items
    do {
      items.push(this.value(depth + 1))
      this.#take(SPACE)
    } while (this.#takeCharacter(','))
    if (!this.#takeCharacter(']')) throw this.#mistake('a comma or a closing bracket')
    return items
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position
    const found = pattern.exec(this.#text)?.[0]
    if (found !== undefined) this.#position += found.length
    return found
  }

  #takeCharacter(character: string): boolean {
    if (!this.#sees(character)) return false
    this.#position += 1
    return true
  }

  #sees(character: string): boolean {
    return this.#text[this.#position] === character
  }

  #mistake(expected: string): Mistake {
    return new Mistake(this.#position, expected)
  }
}
