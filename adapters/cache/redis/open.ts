import { createClient } from '@redis/client'
import type { Cache } from '../../../src/core/cache/cache.ts'
import { AppError } from '../../../src/core/errors.ts'
import type { Seal } from '../../../src/core/seal.ts'
import { createRedisCounters } from './counters.ts'

interface RedisAddress {
  readonly host: string
  readonly port: number
  readonly username?: string | undefined
  readonly password?: string | undefined
  readonly database?: number | undefined
  readonly tls?: boolean | undefined
}

export interface RedisOptions extends RedisAddress {
  /** Texts are sealed: who reads or writes the Redis server learns nothing of them and cannot put in others. */
  readonly seal: Pick<Seal, 'seal' | 'open'>
  /** Sets the counters of one installation apart from those of another on the same Redis server. */
  readonly installation: string
  /** Told once for each time the server cannot be reached. */
  readonly onError: (error: AppError) => void
}

/** Longest wait for an answer: reading the database again is quicker than waiting on. */
const ANSWER_MS = 250
const CONNECT_MS = 2_000
const RECONNECT_MS = 1_000
const PREFIX = 'sluice:'

/** In a Redis server, for several nodes. Connects in the background; until it is there every call fails at once. */
export function openRedisCache({ seal, installation, onError, ...address }: RedisOptions): Cache {
  const { host, port, username, password, database, tls } = address
  const client = createClient({
    socket: {
      host,
      port,
      connectTimeout: CONNECT_MS,
      reconnectStrategy: () => RECONNECT_MS,
      ...(tls && { tls: true }),
    },
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(database !== undefined && { database }),
    disableOfflineQueue: true,
    commandOptions: { timeout: ANSWER_MS },
  })
  let isTold = false
  client.on('ready', () => {
    isTold = false
  })
  client.on('error', (cause) => {
    if (!isTold) onError(unreachable(cause))
    isTold = true
  })
  // Its failure is told above, and it goes on trying.
  client.connect().catch(() => {})
  const answered = async <T>(call: Promise<T>): Promise<T> => {
    try {
      return await call
    } catch (cause) {
      throw unreachable(cause)
    }
  }
  const counters = createRedisCounters(client, `${PREFIX}limit:${installation}:`)
  return {
    counters: {
      take: (wanted) => answered(counters.take(wanted)),
      stateOf: (key) => answered(counters.stateOf(key)),
      keysFrom: (start) => answered(counters.keysFrom(start)),
    },
    async get(keys) {
      const found = await answered(client.mGet(keys.map((key) => PREFIX + key)))
      return found.map((text, index) => (text === null ? undefined : seal.open(text, keys[index] ?? '')))
    },
    async set(key, value, ttlMs) {
      await answered(
        client.set(PREFIX + key, seal.seal(value, key), { expiration: { type: 'PX', value: ttlMs } }),
      )
    },
    async close() {
      client.destroy()
    },
  }
}

function unreachable(cause: unknown): AppError {
  return new AppError('unavailable', 'The Redis server of the cache does not answer.', {
    retryable: true,
    cause,
  })
}
