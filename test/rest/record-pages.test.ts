import { describe, expect, test } from 'vitest'
import { door, errorOf, ids, orders, useDoor, write } from './asks.ts'
import { as, READER_KEY } from './door.ts'

useDoor()

describe('pages by cursor', () => {
  const meta = ({ body }: { body: unknown }) => (body as { meta?: Record<string, unknown> }).meta

  test('start with an empty cursor and end with null', async () => {
    const first = await orders('?order=total desc&limit=4&cursor=')
    expect(ids(first)).toEqual([5, 4, 3, 2])
    const last = await orders(`?order=total desc&limit=4&cursor=${meta(first)?.next_cursor}`)
    expect(ids(last)).toEqual([1, 6])
    expect(meta(last)).toEqual({ next_cursor: null })
  })

  test('may be asked for in a body, by another name, with a count', async () => {
    const answer = await write('POST', 'orders?method=GET', { after: '', limit: 1, fields: 'status' })
    expect(answer.body).toMatchObject({
      resource: [{ status: 'paid' }],
      meta: { next_cursor: expect.any(String) },
    })
    expect(meta(await orders('?cursor=&include_count=true&limit=2'))).toEqual({
      count: 6,
      next_cursor: expect.any(String),
    })
  })

  test('are for one role', async () => {
    const next = meta(await orders('?limit=2&cursor='))?.next_cursor
    const answer = await door.ask(`shop/_table/orders?limit=2&cursor=${next}`, as(READER_KEY))
    expect(answer.status).toBe(400)
    expect(errorOf(answer).message).toBe('The cursor does not belong to this request.')
  })

  test('are refused where rows cannot be found again', async () => {
    const answer = await orders('?group=status&fields=status&cursor=')
    expect(answer.status).toBe(400)
    expect(errorOf(answer).message).toBe('Groups and distinct rows cannot be paged by cursor.')
  })
})
