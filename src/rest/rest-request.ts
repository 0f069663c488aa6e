import type { Verb } from '../core/policy.ts'
import type { Format } from './format.ts'
import type { Query } from './query.ts'

/** One request to a service, read off HTTP: what the client said, before anything is checked. */
export interface RestRequest {
  /** After verb tunnelling; HEAD is GET. */
  readonly verb: Verb
  /** As the address spells it; names are case-insensitive. */
  readonly service: string
  /** Decoded segments after the service; no empty ones at the end. */
  readonly path: readonly string[]
  readonly query: Query
  readonly body: unknown
  /** The body was CSV, XML or a form: every value in it is a text. */
  readonly isText: boolean
  /** How the answer is to be written. */
  readonly format: Format
  /** False: lists come bare, without the `resource` wrapper. */
  readonly wrap: boolean
  /** Headers that change what a request means; absent when there are none. */
  readonly conditions?: Conditions
  /** For headers of the answer. */
  readonly setHeader?: (name: string, value: string) => void
}

export interface Conditions {
  readonly ifMatch?: string
  readonly ifNoneMatch?: string
  readonly idempotencyKey?: string
}
