/** Keeps text unread and unchanged while it is in a caller's hands; any node with the same app key can open it. */
export interface Seal {
  /** `scope` is what the text holds for: it cannot be opened under another one. */
  seal(text: string, scope: string): string
  /** Undefined when the text was changed or made up, or sealed for another scope. */
  open(sealed: string, scope: string): string | undefined
  /** Unchanged, but for everybody to read; has a point in it, which nothing sealed has. A tenth of the work. */
  sign(text: string, scope: string): string
  /** Undefined as for `open`. */
  signed(text: string, scope: string): string | undefined
}
