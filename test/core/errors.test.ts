import { describe, expect, test } from 'vitest'
import { AppError, ERROR_STATUS, type ErrorCode, toAppError } from '../../src/core/errors.ts'

const isCode = (name: string): name is ErrorCode => name in ERROR_STATUS

describe('AppError', () => {
  test('carries what it was made with', () => {
    const cause = new Error('driver text')
    const error = new AppError('conflict', 'Taken.', {
      hint: 'Choose another name.',
      didYouMean: ['names'],
      retryable: true,
      context: { fields: ['name'] },
      wireCode: 1000,
      cause,
    })
    expect(error).toMatchObject({
      name: 'AppError',
      code: 'conflict',
      status: 409,
      message: 'Taken.',
      hint: 'Choose another name.',
      didYouMean: ['names'],
      retryable: true,
      context: { fields: ['name'] },
      wireCode: 1000,
    })
    expect(error.cause).toBe(cause)
    expect(error).toBeInstanceOf(Error)
  })

  test('is not retryable and says no more than its message unless told', () => {
    const error = new AppError('not_found', 'Gone.')
    expect(error).toMatchObject({ retryable: false, message: 'Gone.' })
    expect([error.hint, error.didYouMean, error.context, error.wireCode]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ])
    expect('cause' in error).toBe(false)
  })

  test.each(Object.keys(ERROR_STATUS).filter(isCode))('%s has the HTTP status of an error', (code) => {
    const { status } = new AppError(code, '')
    expect(status).toBe(ERROR_STATUS[code])
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(600)
  })
})

describe('toAppError', () => {
  test('leaves an AppError as it is', () => {
    const error = new AppError('timeout', 'Too slow.')
    expect(toAppError(error)).toBe(error)
  })

  test.each([
    new Error('password=hunter2'),
    'password=hunter2',
    undefined,
    null,
    { message: 'password=hunter2' },
  ])('makes a mute internal error of %s', (thrown) => {
    const error = toAppError(thrown)
    expect(error).toMatchObject({ code: 'internal', status: 500, message: 'An internal error occurred.' })
    expect(`${error.message} ${error.hint}`).not.toContain('hunter2')
    expect(error.cause).toBe(thrown)
  })
})
