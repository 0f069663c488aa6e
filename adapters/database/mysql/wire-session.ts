import type { Connection as DriverConnection } from 'mysql2'
import { CellLines } from '../../../src/core/database/cell-lines.ts'
import { MAX_ANSWER_BYTES } from '../sql/answer-size.ts'
import type { Statement } from '../sql/connection.ts'
import { JsonBytes } from '../sql/json-bytes.ts'
import { RowLines } from '../sql/row-lines.ts'
import { isWorthKeeping } from '../sql/worth-keeping.ts'
import type { AnswerWatch } from './answer-watch.ts'
import type { Parameter } from './parameter.ts'
import { type WireDriver, wireOf } from './wire-driver.ts'
import { type Prepared, type WireAnswer, WireStatement } from './wire-statement.ts'

/** Kept on a connection; the server allows 16 382 on all of them together. */
const MOST_PREPARED = 150

/** Statements on one connection and those of them that stay prepared: of each text one, the least recently used forgotten first. */
export class WireSession {
  readonly #wire: WireDriver
  readonly #watch: AnswerWatch
  readonly #mostSent: () => number
  readonly #out = new JsonBytes()
  readonly #cells = new CellLines()
  readonly #prepared = new Map<string, Prepared>()
  #forget: Prepared[] = []

  constructor(driver: DriverConnection, watch: AnswerWatch, mostSent: () => number) {
    this.#wire = wireOf(driver)
    this.#watch = watch
    this.#mostSent = mostSent
  }

  /** The server has forgotten everything. */
  reset(): void {
    this.#prepared.clear()
    this.#forget = []
  }

  /** Rejects with what the driver throws, or with an error of ours when there is too much. */
  run(statement: Statement<Parameter>, wanted?: number): Promise<WireAnswer> {
    const { sql, columns } = statement.text
    const prepared = this.#prepared.get(sql)
    this.#prepared.delete(sql)
    const forget = this.#forget
    this.#forget = []
    return new Promise((resolve, reject) => {
      const command = new WireStatement({
        sql,
        parameters: statement.parameters,
        columns,
        prepared,
        forget,
        out: this.#out,
        lines: wanted === undefined ? undefined : new RowLines(wanted, this.#cells),
        mostBytes: MAX_ANSWER_BYTES,
        mostSent: this.#mostSent(),
        done: (answer, used) => {
          this.#watch.end()
          if (isWorthKeeping(statement)) this.#keep(sql, used)
          else this.#forget.push(used)
          resolve(answer)
        },
        failed: (error, used) => {
          this.#watch.end()
          if (used) this.#forget.push(used)
          reject(error)
        },
        tooLarge: () => this.#watch.refuse(),
      })
      this.#watch.begin(reject)
      this.#wire.addCommand(command)
    })
  }

  #keep(sql: string, prepared: Prepared): void {
    if (this.#prepared.size >= MOST_PREPARED) {
      for (const [oldest, statement] of this.#prepared) {
        this.#prepared.delete(oldest)
        this.#forget.push(statement)
        break
      }
    }
    this.#prepared.set(sql, prepared)
  }
}
