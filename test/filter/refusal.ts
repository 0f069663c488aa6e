import { expect } from 'vitest'
import { AppError } from '../../src/core/errors.ts'

/** Runs something that must be refused; gives back the error after checking what every filter error has. */
export function refusal(run: () => unknown): AppError {
  try {
    run()
  } catch (error) {
    expect(error).toBeInstanceOf(AppError)
    if (!(error instanceof AppError)) throw error
    expect(error).toMatchObject({ code: 'bad_request', context: { expected: expect.stringMatching(/./) } })
    expect(error.context).toHaveProperty('position')
    expect(error.hint).toMatch(/\w/)
    return error
  }
  throw new Error('It was not refused.')
}
