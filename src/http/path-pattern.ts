import { createRequire } from 'node:module'
import { AppError } from '../core/errors.ts'

/** Whether a path, without a slash in front, fits. */
export type PathPattern = (path: string) => boolean

/** Longer paths fit no regular expression: each costs time for every letter. */
const MOST_LETTERS = 2_000

/**
 * A glob (`api/*`), or a regular expression where it begins with `^` (dreamfactory-rest §9.3). Expressions are those of RE2, which takes
 * time in proportion to the path whatever the expression: without look-around and back references. Throws `bad_request`.
 */
export function pathPattern(text: string): PathPattern {
  return text.startsWith('^') ? expression(text) : glob(text.replace(/^\/+/, ''))
}

function expression(text: string): PathPattern {
  try {
    const { RE2JS } = library()
    const compiled = RE2JS.compile(text)
    const finds = (path: string) => compiled.matcher(path).find()
    return (path) => path.length <= MOST_LETTERS && (finds(path) || finds(`/${path}`))
  } catch (cause) {
    const reason =
      cause instanceof Error ? cause.message.replace(/^error parsing regexp: /, '') : 'it is not one'
    throw new AppError('bad_request', `The path field is no regular expression of RE2: ${reason}.`, { cause })
  }
}

/** Few instances have such a rule, and loading it takes longer than the rest of this folder. */
function library(): typeof import('re2js') {
  return createRequire(import.meta.url)('re2js')
}

function glob(pattern: string): PathPattern {
  const [first = '', ...rest] = pattern.split('*')
  return (path) => {
    if (!path.startsWith(first)) return false
    if (rest.length === 0) return path === first
    let at = first.length
    for (const [index, part] of rest.entries()) {
      const found = index === rest.length - 1 ? path.lastIndexOf(part) : path.indexOf(part, at)
      if (found < at || (index === rest.length - 1 && found + part.length !== path.length)) return false
      at = found + part.length
    }
    return true
  }
}
