import type { Connection } from 'pg'

export type Mode = 'read' | 'write'

/** `on` keeps a session from writing. Reported by the server at every change since PostgreSQL 14. */
export const MODE_PARAMETER = 'default_transaction_read_only'

/** Parameters of a session, and how often the server has told one. */
export interface Reported {
  readonly values: ReadonlyMap<string, string>
  readonly changes: number
}

/** Parameters of the session, kept up to date by the server (ParameterStatus). */
export function reportedBy(connection: Connection): Reported {
  const values = new Map<string, string>()
  const reported = { values, changes: 0 }
  connection.on('parameterStatus', (message: { parameterName: string; parameterValue: string }) => {
    values.set(message.parameterName, message.parameterValue)
    reported.changes++
  })
  return reported
}

/** Whether a session is as it was when it was opened: settings of one caller must not reach another. */
export class SessionState {
  readonly #reported: Reported
  #opened: ReadonlyMap<string, string>
  /** Of `reported`, that changed nothing. */
  #seenChanges: number
  #isSoiled = false

  constructor(reported: Reported) {
    this.#reported = reported
    this.#opened = new Map(reported.values)
    this.#seenChanges = reported.changes
  }

  /** What runs next may change the session for whoever comes after it: a routine's own `SET search_path`. */
  soil(): void {
    this.#isSoiled = true
  }

  /** Something may have changed the session, or has: a trigger or a view's function, seen by what the server reports. */
  get isSoiled(): boolean {
    if (this.#isSoiled) return true
    if (this.#reported.changes === this.#seenChanges) return false
    for (const [name, value] of this.#reported.values)
      if (value !== this.#opened.get(name) && !OF_THE_SERVER.has(name)) return true
    this.#seenChanges = this.#reported.changes
    return false
  }

  /** The session is as it was again. */
  renewed(): void {
    this.#opened = new Map(this.#reported.values)
    this.#seenChanges = this.#reported.changes
    this.#isSoiled = false
  }

  /** The parameter's value as the server last reported it; nothing when this version does not report it. */
  reported(parameter: string): string | undefined {
    return this.#reported.values.get(parameter)
  }
}

/** Parameters that change without anybody's doing in the session. */
const OF_THE_SERVER: ReadonlySet<string> = new Set(['in_hot_standby', 'is_superuser', 'scram_iterations'])
