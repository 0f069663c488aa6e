import { PassThrough } from 'node:stream'
import { text as readText } from 'node:stream/consumers'
import type { RequestLimits } from '../../src/access/limits/request-limits.ts'
import type { Caller } from '../../src/core/caller.ts'
import type { DatabaseAdapter } from '../../src/core/database/adapter.ts'
import { createChanges } from '../../src/mcp/changes.ts'
import { serveMcpStdio } from '../../src/mcp/stdio.ts'
import { execute } from '../../src/operations/execute.ts'
import { tools } from '../../tools/all.ts'
import { openIdempotencyBook } from '../helpers/idempotency.ts'
import { NO_LIMITS } from '../helpers/no-limits.ts'
import { ADMIN, openShop } from '../helpers/shop.ts'

interface Options {
  readonly adapter?: DatabaseAdapter
  readonly caller?: Caller
  readonly service?: string
  readonly drainMs?: number
  readonly limits?: Pick<RequestLimits, 'count'>
}

/** The shop over two streams. `end` closes the input and tells every message that came out. */
export async function openStdio(options: Options = {}) {
  const { adapter, caller = ADMIN, service = 'shop', drainMs = 5_000, limits = NO_LIMITS } = options
  const { services } = await openShop(adapter)
  const input = new PassThrough()
  const output = new PassThrough()
  const logged: unknown[] = []
  const done = serveMcpStdio({
    tools,
    services,
    execute,
    limits,
    idempotency: openIdempotencyBook(),
    changes: createChanges(),
    service,
    caller: async () => caller,
    input,
    output,
    drainMs,
    resultBytes: 24_000,
    configVersion: () => '1',
    serverInfo: { name: 'sluice', version: '0' },
    logError: (error) => logged.push(error),
  })
  // A refusal comes before the first message.
  await Promise.race([done, new Promise((resolve) => setImmediate(resolve))])
  const send = (message: unknown) =>
    input.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`)
  const end = async () => {
    const written = readText(output)
    input.end()
    await done
    output.end()
    return (await written)
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  }
  return { send, write: (text: string) => input.write(text), end, logged }
}
