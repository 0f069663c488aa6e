/** A request that is to be carried out once, however often it comes. Texts may be of any length. */
interface OnceOnly {
  /** Who asks, with which key. */
  readonly scope: string
  /** What is asked. */
  readonly request: string
  /** What the caller may do: an answer is told again only under the same rights. */
  readonly rights: string
}

/** How a request ended, as text. */
type Ending = string

export type Claimed =
  /** It is new: the caller carries it out, and says how it ended, or that nothing was done. */
  | { readonly state: 'new'; finish(ending: Ending): Promise<void>; release(): Promise<void> }
  | { readonly state: 'done'; readonly ending: Ending }
  /** Done, but the answer was too long to be kept, or was for other rights. */
  | { readonly state: 'done_untold' }
  | { readonly state: 'running' }
  /** It began, and nobody knows how it ended: the process was lost on the way. */
  | { readonly state: 'lost' }
  /** The key was used for something else. */
  | { readonly state: 'other_request' }

/** Remembers requests for a day, across restarts and for all processes. */
export interface IdempotencyBook {
  claim(request: OnceOnly): Promise<Claimed>
}
