import { afterEach, beforeEach, expect, test } from 'vitest'
import { call, modern, openScene, post, type Scene } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await openScene()
})
afterEach(() => scene.app.close())

const CAN_ASK = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } }
const ofThree = { table_name: 'orders', filter: 'customer_id = 3', records: [{ status: 'late' }] }

/** A call of a client of 2026 that can ask its person; `more` goes into its params. */
async function send(args: object, more: object = {}) {
  const { message, headers } = modern(call('update_records', args))
  const params = { ...message.params, ...more, _meta: { ...message.params._meta, ...CAN_ASK } }
  return (await post(scene, { ...message, params }, { role: 'writer', headers })).message.result
}

async function late(): Promise<number> {
  const args = { table_name: 'orders', filter: "status = 'late'", count_only: true }
  return (await post(scene, call('get_table_data', args))).message.result.structuredContent.total
}

const said = (confirm: boolean) => ({
  inputResponses: { confirm: { action: 'accept', content: { confirm } } },
})

test('a person who can be asked is asked, and decides', async () => {
  const asked = await send(ofThree)
  expect(asked).toMatchObject({
    resultType: 'input_required',
    inputRequests: { confirm: { params: { message: expect.stringContaining('changes 2 rows') } } },
  })
  expect(JSON.stringify(asked)).toContain('canary-held')
  const { requestState } = asked
  expect(await send(ofThree, { requestState, ...said(false) })).toMatchObject({ isError: true })
  expect(await late()).toBe(0)
  const again = await send(ofThree)
  const done = await send(ofThree, { requestState: again.requestState, ...said(true) })
  expect(done.structuredContent).toMatchObject({ affected: 2 })
  expect(await late()).toBe(2)
})

test('a code does not go past a person who can be asked', async () => {
  const dry = await send({ ...ofThree, dry_run: true })
  const { confirmation } = dry.structuredContent
  const asked = await send({ ...ofThree, confirmation })
  expect(asked.resultType).toBe('input_required')
  expect(await late()).toBe(0)
  const done = await send({ ...ofThree, confirmation }, { requestState: asked.requestState, ...said(true) })
  expect(done.structuredContent).toMatchObject({ affected: 2 })
})

test('what a person said holds for the rows they were shown', async () => {
  const { requestState } = await send(ofThree)
  await post(scene, call('update_records', { table_name: 'orders', records: [{ id: 1, customer_id: 3 }] }))
  expect(await send(ofThree, { requestState, ...said(true) })).toMatchObject({ resultType: 'input_required' })
  expect(await late()).toBe(0)
})
