import { AppError } from './errors.ts'

/** The error for what a caller's role allows and their access token does not (RFC 6750 §3.1). `scopes`: all it takes. */
export function insufficientScope(scopes: readonly string[]): AppError {
  const scope = scopes.join(' ')
  return new AppError('forbidden', `The access token lacks scopes for this: it takes ${scope}.`, {
    context: { reason: 'insufficient_scope', scope },
    hint: 'Ask for a token with these scopes.',
  })
}

/** The scopes such an error asks for, separated by spaces; undefined for any other error. */
export function scopesMissing({ code, context }: AppError): string | undefined {
  if (code !== 'forbidden' || typeof context !== 'object' || context === null) return undefined
  return Reflect.get(context, 'reason') === 'insufficient_scope'
    ? String(Reflect.get(context, 'scope'))
    : undefined
}
