import qs from 'qs'
import { AppError } from '../core/errors.ts'

const MOST_FIELDS = 10_000
const DEEPEST = 10

/** The fields of a form; `a[b]=1` and `list[]=1` nest (application/x-www-form-urlencoded). Values are texts. Throws `bad_request`. */
export function parseForm(text: string): unknown {
  try {
    return qs.parse(numbered(text), {
      depth: DEEPEST,
      strictDepth: true,
      parameterLimit: MOST_FIELDS,
      arrayLimit: MOST_FIELDS,
      throwOnLimitExceeded: true,
    })
  } catch (cause) {
    throw new AppError(
      'bad_request',
      'The form in the request body has too many fields, or is nested too deep.',
      {
        hint: `A form holds at most ${MOST_FIELDS} fields, ${DEEPEST} levels deep.`,
        cause,
      },
    )
  }
}

/** `a[][b]=1&a[][b]=2` are two, as PHP reads them: each `[]` before further keys is the next one. */
function numbered(text: string): string {
  if (!INNER.test(text)) return text
  const counts = new Map<string, number>()
  const next = (before: string) => {
    const count = counts.get(before) ?? 0
    counts.set(before, count + 1)
    return count
  }
  const pairs = text.split('&').map((pair) => {
    const [key = ''] = pair.split('=', 1)
    const [brackets = ''] = INNER.exec(key) ?? []
    if (brackets === '') return pair
    const before = key.slice(0, key.search(INNER))
    return `${before}[${next(before)}]${pair.slice(before.length + brackets.length)}`
  })
  return pairs.join('&')
}

const INNER = /(?:\[|%5B)(?:\]|%5D)(?=\[|%5B)/i
