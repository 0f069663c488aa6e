import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import { serveMcpStdio } from '../../src/mcp/stdio.ts'
import type { House } from './house.ts'

export interface Door {
  /** What is answered, as it came. */
  ask(method: string, params: object): Promise<string>
  close(): Promise<void>
}

/** The stdio door of a house, for an API key; without a service for all that the key may use. */
export async function stdioDoor(house: House, key: string, service: string | undefined): Promise<Door> {
  const [input, output] = [new PassThrough(), new PassThrough()]
  const caller = () => house.app.authenticator.authenticate({ apiKey: key })
  const done = serveMcpStdio({ ...house.app.mcp, service, caller, input, output, logError: () => {} })
  const lines = createInterface({ input: output })[Symbol.asyncIterator]()
  let id = 0
  const ask: Door['ask'] = async (method, params) => {
    input.write(`${JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params })}\n`)
    for (;;) {
      const { value, done: isOver } = await lines.next()
      if (isOver) throw new Error('The door is closed.')
      if (JSON.parse(value).id === id) return value
    }
  }
  const clientInfo = { name: 'test', version: '1' }
  await ask('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo })
  input.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`)
  return {
    ask,
    async close() {
      input.end()
      await done
    },
  }
}
