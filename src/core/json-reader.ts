import type { Json } from './database/value.ts'
import { lostDigits, noteNumber } from './exact-json.ts'

export type JsonRead = { readonly value: Json } | { readonly fault: string; readonly at: number }

class Fault {
  readonly text: string
  readonly at: number
  constructor(text: string, at: number) {
    this.text = text
    this.at = at
  }
}

const SPACE = /[ \t\n\r]*/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /true|false|null/y
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y

/** Reads JSON (RFC 8259) slowly and exactly: says where the first fault is, and loses no digit. */
export class JsonReader {
  readonly #text: string
  readonly #deepest: number
  #at = 0
  /** The last value was a number that is text now. */
  #wasLong = false

  constructor(text: string, deepest: number) {
    this.#text = text
    this.#deepest = deepest
  }

  read(): JsonRead {
    try {
      const value = this.#value(0)
      this.#match(SPACE)
      if (this.#at < this.#text.length) throw this.#unexpected('the end')
      return { value }
    } catch (error) {
      if (error instanceof Fault) return { fault: error.text, at: error.at }
      throw error
    }
  }

  #value(depth: number): Json {
    this.#match(SPACE)
    const start = this.#text[this.#at]
    if (start === '{' || start === '[') {
      if (depth === this.#deepest)
        throw new Fault(`more than ${this.#deepest} levels inside each other`, this.#at)
      return start === '{' ? this.#object(depth + 1) : this.#array(depth + 1)
    }
    if (start === '"') return this.#string()
    const word = this.#match(WORD)
    if (word !== '') return JSON.parse(word)
    const number = this.#match(NUMBER)
    if (number !== '') return lostDigits(number) ? this.#long(number) : Number(number)
    throw this.#unexpected('a value')
  }

  #long(literal: string): string {
    this.#wasLong = true
    return literal
  }

  #object(depth: number): Json {
    const object: Record<string, Json> = {}
    this.#at++
    if (this.#take('}')) return object
    do {
      this.#match(SPACE)
      const keyAt = this.#at
      if (this.#text[keyAt] !== '"') throw this.#unexpected('a name in double quotes')
      const key = this.#string()
      if (key === '__proto__') throw new Fault(`the name '__proto__' is not allowed`, keyAt)
      if (!this.#take(':')) throw this.#unexpected("':'")
      this.#wasLong = false
      object[key] = this.#value(depth)
      if (this.#wasLong) noteNumber(object, key)
      this.#wasLong = false
    } while (this.#take(','))
    if (!this.#take('}')) throw this.#unexpected("',' or '}'")
    return object
  }

  #array(depth: number): Json {
    const array: Json[] = []
    this.#at++
    if (this.#take(']')) return array
    do {
      this.#wasLong = false
      array.push(this.#value(depth))
      if (this.#wasLong) noteNumber(array, String(array.length - 1))
      this.#wasLong = false
    } while (this.#take(','))
    if (!this.#take(']')) throw this.#unexpected("',' or ']'")
    return array
  }

  #string(): string {
    const start = this.#at++
    while (this.#text[this.#at] !== '"') {
      if (this.#at >= this.#text.length) throw this.#unexpected('a closing quote')
      if (this.#text[this.#at] === '\\') {
        if (this.#match(ESCAPE) === '') throw new Fault('an unknown escape in a string', this.#at)
      } else if (this.#text.charCodeAt(this.#at) < 0x20) {
        throw new Fault('a control character in a string (write it as an escape)', this.#at)
      } else this.#at++
    }
    this.#at++
    return String(JSON.parse(this.#text.slice(start, this.#at)))
  }

  /** Takes the character if it comes next, after space. */
  #take(character: string): boolean {
    this.#match(SPACE)
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0] ?? ''
    this.#at += found.length
    return found
  }

  #unexpected(expected: string): Fault {
    const found = this.#text.at(this.#at)
    const what = this.#at >= this.#text.length ? 'the end of the text' : `'${found}'`
    return new Fault(`${what} where ${expected} was expected`, this.#at)
  }
}
