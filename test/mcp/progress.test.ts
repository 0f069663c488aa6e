import { afterEach, describe, expect, test } from 'vitest'
import { eventsOf } from './events.ts'
import { ACCEPT, call, modern, openScene, type Scene } from './scene.ts'
import { waitingAdapter } from './waiting-adapter.ts'

let scene: Scene
afterEach(() => scene.app.close())

const slow = call('get_table_data', { table_name: 'orders' }, 'slow')
const told = (message: object & { params: object }) => ({
  ...message,
  params: {
    ...message.params,
    _meta: { ...('_meta' in message.params ? Object(message.params._meta) : {}), progressToken: 'mine' },
  },
})
const of2026 = modern(slow)

describe('progress', () => {
  test.each([
    ['2025', told(slow), {}],
    ['2026', told(of2026.message), of2026.headers],
  ])(
    'of a call that takes long is told to a client of %s that gave a token',
    async (_name, message, headers) => {
      const { adapter, aborted } = waitingAdapter()
      scene = await openScene({ adapter })
      const leaving = new AbortController()
      const answer = await fetch(await scene.url(), {
        method: 'POST',
        signal: leaving.signal,
        headers: {
          accept: ACCEPT,
          'content-type': 'application/json',
          'x-dreamfactory-api-key': 'admin',
          ...headers,
        },
        body: JSON.stringify(message),
      })
      expect(answer.headers.get('content-type')).toContain('text/event-stream')
      const events = eventsOf(answer)
      const values = [(await events.next()).value, (await events.next()).value]
      expect(values).toMatchObject(
        [1, 2].map((progress) => ({
          method: 'notifications/progress',
          params: { progressToken: 'mine', progress },
        })),
      )
      leaving.abort()
      await aborted
    },
  )
})
