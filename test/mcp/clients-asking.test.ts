import { afterEach, describe, expect, test } from 'vitest'
import { askingTool } from './asking-tool.ts'
import { CLIENTS } from './clients.ts'
import { openScene, type Scene } from './scene.ts'

let scene: Scene
afterEach(() => scene.app.close())

describe.each(Object.entries(CLIENTS))('client %s, with sessions', (_name, connect) => {
  const answers = [
    ['yes', { action: 'accept', content: { confirm: true } }, ['good']],
    ['no', { action: 'decline' }, []],
  ] as const

  test.each(answers)('puts a question to its person, who says %s', async (answer, response, done) => {
    const { tool, deeds } = askingTool()
    scene = await openScene({ tools: [tool], sessions: { most: 5, idleMs: 60_000 } })
    const asked: string[] = []
    const client = await connect({ url: await scene.url(), apiKey: 'admin' }, (message) => {
      asked.push(message)
      return response
    })
    const { structuredContent } = await client.callTool({ name: 'do_deed', arguments: { what: 'good' } })
    expect([asked, structuredContent, deeds]).toEqual([['Do good?'], { service: 'shop', answer }, done])
    await client.close()
  })

  test('that has nobody to ask is not taken for a yes', async () => {
    const { tool, deeds } = askingTool()
    scene = await openScene({ tools: [tool], sessions: { most: 5, idleMs: 60_000 } })
    const client = await connect({ url: await scene.url(), apiKey: 'admin' })
    const { structuredContent } = await client.callTool({ name: 'do_deed', arguments: { what: 'good' } })
    expect([structuredContent, deeds]).toEqual([{ service: 'shop', answer: 'unavailable' }, []])
    await client.close()
  })
})
