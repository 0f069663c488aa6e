import { AppError } from '../core/errors.ts'
import { didYouMean, nearest } from '../core/names.ts'
import { isReservedName } from '../core/reserved-names.ts'
import type { ServiceType } from '../core/service-type.ts'

/** A service for this run, from the command line. */
export interface ServiceFlag {
  readonly name: string
  readonly type: string
  readonly config: unknown
}

const EXAMPLE = 'For example --service shop=sqlite:./shop.db'

/** Reads `NAME=URL`. Throws `bad_request` with what to write instead; a message never shows the URL, which may hold a password. */
export function parseServiceFlag(
  text: string,
  types: readonly Pick<ServiceType, 'name' | 'config' | 'url'>[],
): ServiceFlag {
  const [, name = '', url = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? []
  if (name === '' || url === '') throw refusal('--service needs NAME=URL.', EXAMPLE)
  if (!/^[A-Za-z0-9_-]{1,40}$/.test(name)) {
    throw refusal(
      'The name in --service must be at most 40 letters, digits, underscores and dashes.',
      EXAMPLE,
    )
  }
  if (isReservedName(name))
    throw refusal(`The name in --service must not be '${name}', which the server itself has.`, EXAMPLE)
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase()
  const type = types.find((candidate) => scheme !== undefined && candidate.url?.schemes.includes(scheme))
  if (!type?.url)
    throw unknownScheme(
      name,
      scheme,
      types.flatMap(({ url: known }) => known?.schemes ?? []),
    )
  const config = type.config.safeParse(type.url.toConfig(url))
  if (config.success) return { name, type: type.name, config: config.data }
  const problems = config.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw refusal(`The URL of --service ${name} is not complete: ${problems.join('; ')}.`, EXAMPLE)
}

function unknownScheme(name: string, scheme: string | undefined, known: readonly string[]): AppError {
  const names = scheme === undefined ? [] : nearest(scheme, known)
  const problem = scheme === undefined ? 'has no scheme' : `has the unknown scheme '${scheme}'`
  return refusal(
    `The URL of --service ${name} ${problem}.`,
    didYouMean(names) || `Schemes: ${known.join(', ')}. ${EXAMPLE}`,
    names,
  )
}

function refusal(message: string, hint: string, names: readonly string[] = []): AppError {
  return new AppError('bad_request', message, { hint, didYouMean: names })
}
