import { AppError } from '../core/errors.ts'
import { parseJson } from './json-text.ts'

/** A JSON value on every line that is not blank (NDJSON), as `{"resource":[…]}`. Throws `bad_request` with the line. */
export function parseJsonLines(text: string): unknown {
  const resource: unknown[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    try {
      resource.push(parseJson(line))
    } catch (cause) {
      throw new AppError('bad_request', `Line ${index + 1} of the request body is not valid JSON.`, {
        context: { line: index + 1 },
        cause,
      })
    }
  }
  return { resource }
}
