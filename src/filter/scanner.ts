import type { AppError } from '../core/errors.ts'
import { excerpt, filterError } from './filter-error.ts'

/** A character of a name or keyword: letters, digits, `_ $ . -` and everything beyond ASCII that is no space. */
export const NAME_CHARACTER = String.raw`(?:[\w$.-]|(?!\s)[\u0080-\uffff])`

/** A word of a name. */
export const WORD = new RegExp(`${NAME_CHARACTER}+`, 'y')

/** AND, OR (and the refused NOR, XOR); `and/or` is no keyword. */
export const CONNECTIVE = new RegExp(`&&|\\|\\||(?:and|or|nor|xor)(?!/|${NAME_CHARACTER})`, 'iy')

const SPACE = /\s+/y
const DEEPEST = 100
const EXAMPLE = "For example: (status = 'paid') and (total > 100 or city in ('Paris', 'New York'))."
export const QUOTE_HINT = "Put the text in quotes and double a quote inside it: name = 'It''s a name'."

/** Walks once over a text, always forwards. Patterns are sticky regular expressions. */
export class Scanner {
  readonly text: string
  position = 0
  #depth = 0
  readonly #subject: string

  /** `subject` begins every error message. */
  constructor(text: string, subject = 'Invalid or unparsable filter request') {
    this.text = text
    this.#subject = subject
  }

  get next(): string {
    return this.text.charAt(this.position)
  }

  skipSpace(): this {
    this.take(SPACE)
    return this
  }

  sees(pattern: RegExp, at = this.position): boolean {
    pattern.lastIndex = at
    return pattern.test(this.text)
  }

  /** Consumes what the pattern matches here; undefined (and nothing consumed) when it does not match. */
  take(pattern: RegExp): string | undefined {
    if (!this.sees(pattern)) return undefined
    const start = this.position
    this.position = pattern.lastIndex
    return this.text.slice(start, this.position)
  }

  /** Consumes one character if it is the next one. */
  takeCharacter(character: string): boolean {
    if (this.next !== character) return false
    this.position += 1
    return true
  }

  /** Reads from an opening quote to its `close`; a doubled `close` stands for one. */
  takeQuoted(close: string, isApostrophe: (at: number) => boolean = () => false): string {
    let value = ''
    for (let from = this.position + 1; ; ) {
      const at = this.text.indexOf(close, from)
      if (at < 0) throw this.error(`a ${close} that closes this one`, QUOTE_HINT)
      const doubled = this.text.charAt(at + 1) === close
      value += this.text.slice(from, at)
      from = doubled ? at + 2 : at + 1
      if (doubled || isApostrophe(at)) {
        value += close
      } else {
        this.position = from
        return value
      }
    }
  }

  /** Counts one level of nesting around `read`, so that no text overflows the stack. */
  nested<T>(read: () => T): T {
    if (this.#depth >= DEEPEST) throw this.error(`at most ${DEEPEST} nested parentheses and nots`, EXAMPLE)
    this.#depth += 1
    const result = read()
    this.#depth -= 1
    return result
  }

  error(expected: string, hint = EXAMPLE, position = this.position): AppError {
    const found = excerpt(this.text.slice(position))
    const seen = found === '' ? 'the end' : JSON.stringify(found)
    return filterError(`${this.#subject} at position ${position}: expected ${expected}, found ${seen}.`, {
      position,
      expected,
      hint,
    })
  }
}
