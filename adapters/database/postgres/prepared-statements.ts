import type { Statement, StatementText } from '../sql/connection.ts'
import { isWorthKeeping } from '../sql/worth-keeping.ts'
import type { Parameter } from './bind-value.ts'

/** Under which name a statement runs on a connection, and what must be done to the names before. */
interface Preparation {
  readonly name: string
  readonly isPrepared: boolean
  readonly forget: readonly string[]
}

/** The prepared statements of one connection: of each text one, the least recently used forgotten first. */
export class PreparedStatements {
  /** Most statements kept; the server holds some 10 kB for each. */
  readonly #most: number
  /** True once the server has taken the statement under this name; in the order of use. */
  readonly #known = new Map<string, boolean>()

  constructor(most: number) {
    this.#most = most
  }

  prepare(statement: Statement<Parameter>): Preparation {
    const { text } = statement
    if (this.#most === 0 || text.verb === 'other' || !isWorthKeeping(statement)) return UNNAMED
    const name = nameOf(text)
    const state = this.#known.get(name)
    // With much room left none is moved: a Map that is used up by that leaves its tables behind.
    if (state && this.#known.size * 2 <= this.#most) return { name, isPrepared: true, forget: NOTHING }
    this.#known.delete(name)
    const forget = state === false ? [name] : []
    if (state === undefined && this.#known.size >= this.#most) {
      for (const oldest of this.#known.keys()) {
        this.#known.delete(oldest)
        forget.push(oldest)
        break
      }
    }
    this.#known.set(name, state ?? false)
    return { name, isPrepared: state === true, forget }
  }

  /** The statement with this name ran. One that failed may be there or not: it is prepared again. */
  ran(name: string): void {
    if (this.#known.get(name) === false) this.#known.set(name, true)
  }

  /** It cannot be used as it was prepared. */
  spoil(name: string): void {
    if (this.#known.has(name)) this.#known.set(name, false)
  }
}

const NOTHING: readonly string[] = []
const UNNAMED: Preparation = { name: '', isPrepared: false, forget: NOTHING }

const names = new WeakMap<StatementText, string>()
let count = 0

/** Queries of one shape share one text object: its identity is the name, on every connection. */
function nameOf(text: StatementText): string {
  const known = names.get(text)
  if (known !== undefined) return known
  const name = `s${++count}`
  names.set(text, name)
  return name
}
