import { AppError } from '../core/errors.ts'
import { parseJson } from './json-text.ts'

/** A JSON value on every line that is not blank (NDJSON), as `{"resource":[…]}`. Throws `bad_request` with the line. */
export function parseJsonLines(text: string): unknown {
  const lines = text.split('\n').entries()
  const resource = [...lines].flatMap(([index, line]) =>
    line.trim() === '' ? [] : [jsonLine(line, index + 1)],
  )
  return { resource }
}

/** One of the lines; `number` counts from 1. */
export function jsonLine(line: string, number: number): unknown {
  try {
    return parseJson(line)
  } catch (cause) {
    throw new AppError('bad_request', `Line ${number} of the request body is not valid JSON.`, {
      context: { line: number },
      cause,
    })
  }
}
