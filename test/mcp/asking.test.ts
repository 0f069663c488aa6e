import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { askingTool } from './asking-tool.ts'
import { call, modern, openScene, post, type Scene } from './scene.ts'

const CAN_ASK = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } }

let scene: Scene
let deeds: string[]
beforeEach(async () => {
  const asking = askingTool()
  deeds = asking.deeds
  scene = await openScene({ tools: [asking.tool] })
})
afterEach(async () => {
  vi.useRealTimers()
  await scene.app.close()
})

interface Sent {
  readonly args?: object
  readonly role?: string
  readonly more?: object
  readonly capabilities?: object
}

/** A call of a client of 2026; `more` goes into its params. */
async function send({
  args = { what: 'good' },
  role = 'admin',
  more = {},
  capabilities = CAN_ASK,
}: Sent = {}) {
  const { message, headers } = modern(call('do_deed', args))
  const params = { ...message.params, ...more, _meta: { ...message.params._meta, ...capabilities } }
  return await post(scene, { ...message, params }, { role, headers })
}

const accept = { confirm: { action: 'accept', content: { confirm: true } } }

async function asked(options?: Sent) {
  const { message } = await send(options)
  expect(message.result).toMatchObject({
    resultType: 'input_required',
    inputRequests: {
      confirm: { method: 'elicitation/create', params: { message: 'Do good?', mode: 'form' } },
    },
  })
  return { requestState: String(message.result.requestState) }
}

describe('a client of 2026 that can ask', () => {
  test('asks its person, and the call goes on with the answer', async () => {
    const state = await asked()
    expect(deeds).toEqual([])
    const { message } = await send({ more: { ...state, inputResponses: accept } })
    expect(message.result).toMatchObject({ resultType: 'complete', structuredContent: { answer: 'yes' } })
    expect(deeds).toEqual(['good'])
  })

  test.each([
    ['declines', { confirm: { action: 'decline' } }],
    ['dismisses', { confirm: { action: 'cancel' } }],
    ['accepts without the box', { confirm: { action: 'accept', content: { confirm: false } } }],
    ['accepts with words', { confirm: { action: 'accept', content: { confirm: 'true' } } }],
    ['accepts with nothing', { confirm: { action: 'accept' } }],
  ])('a person who %s is a no', async (_name, inputResponses) => {
    const state = await asked()
    const { message } = await send({ more: { ...state, inputResponses } })
    expect(message.result.structuredContent).toEqual({ service: 'shop', answer: 'no' })
    expect(deeds).toEqual([])
  })

  test.each([
    ['no answer', {}],
    ['an answer to something else', { inputResponses: { other: accept.confirm } }],
  ])('is asked again with %s', async (_name, more) => {
    await asked({ more: { ...(await asked()), ...more } })
    expect(deeds).toEqual([])
  })

  test('is asked again when what it is about has changed', async () => {
    const [first, second] = [await asked(), await asked()]
    await send({ more: { ...first, inputResponses: accept } })
    await asked({ more: { ...second, inputResponses: accept } })
    expect(deeds).toEqual(['good'])
  })

  test('an answer without its state is none', async () => {
    await asked({ more: { inputResponses: accept } })
  })

  test('members of arguments may come in another order', async () => {
    const state = await asked({ args: { what: 'good', size: 1 } })
    const { message } = await send({
      args: { size: 1, what: 'good' },
      more: { ...state, inputResponses: accept },
    })
    expect(message.result.structuredContent).toEqual({ service: 'shop', answer: 'yes' })
  })
})

describe('a state is refused', () => {
  const refused = {
    status: 200,
    message: { error: { code: -32602, data: { reason: 'invalid_request_state' } } },
  }
  const withAnswer = (state: object) => ({ ...state, inputResponses: accept })

  test('that was changed', async () => {
    const { requestState } = await asked()
    const middle = requestState.length >> 1
    const changed = `${requestState.slice(0, middle)}${requestState[middle] === 'A' ? 'B' : 'A'}${requestState.slice(middle + 1)}`
    for (const state of [changed, `${requestState}A`, requestState.slice(1), 'made-up', ''])
      expect(await send({ more: withAnswer({ requestState: state }) })).toMatchObject(refused)
  })

  test('from someone else', async () => {
    const state = await asked()
    expect(await send({ role: 'writer', more: withAnswer(state) })).toMatchObject(refused)
  })

  test('with other arguments', async () => {
    const state = await asked()
    expect(await send({ args: { what: 'harm' }, more: withAnswer(state) })).toMatchObject(refused)
  })

  test('after ten minutes', async () => {
    const state = await asked()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10 * 60_000 + 1 })
    expect(await send({ more: withAnswer(state) })).toMatchObject(refused)
  })

  test('even from a client that does not say it can ask', async () => {
    expect(
      await send({
        capabilities: { 'io.modelcontextprotocol/clientCapabilities': {} },
        more: withAnswer({ requestState: 'made-up' }),
      }),
    ).toMatchObject(refused)
    expect(deeds).toEqual([])
  })
})

test('a yes counts once', async () => {
  const asking = askingTool()
  await scene.app.close()
  scene = await openScene({ tools: [asking.tool] })
  const state = await asked()
  await send({ more: { ...state, inputResponses: accept } })
  // As if nothing had been done: the subject of the question is the same again.
  asking.deeds.length = 0
  const { message } = await send({ more: { ...state, inputResponses: accept } })
  expect(message.result.structuredContent).toEqual({ service: 'shop', answer: 'no' })
  expect(asking.deeds).toEqual([])
})

describe('nobody can be asked', () => {
  test.each([
    ['nothing', {}],
    ['addresses only', { elicitation: { url: {} } }],
    ['other things', { sampling: {} }],
  ])('through a client of 2026 that can ask %s', async (_name, declared) => {
    const { message } = await send({
      capabilities: { 'io.modelcontextprotocol/clientCapabilities': declared },
    })
    expect(message.result.structuredContent).toEqual({ service: 'shop', answer: 'unavailable' })
  })

  test('through a client of 2025 without a session', async () => {
    const { message } = await post(scene, call('do_deed', { what: 'good' }))
    expect(message.result.structuredContent).toEqual({ service: 'shop', answer: 'unavailable' })
    expect(deeds).toEqual([])
  })
})
