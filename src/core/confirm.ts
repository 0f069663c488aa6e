/** When a write that a rule grants has to be confirmed: never, always, or when it is of more rows than `over:10` says. */
export const CONFIRM = /^(never|always|over:\d{1,9})$/
export const CONFIRM_WORDS = "never, always or over:N, such as 'over:10'"

/** Most rows of a write that needs no confirmation. What cannot be read lets none through. */
export function unconfirmedRows(confirm: string): number {
  if (confirm === 'never') return Number.POSITIVE_INFINITY
  return CONFIRM.test(confirm) && confirm !== 'always' ? Number(confirm.slice('over:'.length)) : 0
}
