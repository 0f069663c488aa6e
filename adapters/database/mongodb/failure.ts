import { z } from 'zod'

/** What a driver's error says, whichever class it is of. */
export interface DriverFailure {
  readonly name: string
  readonly code: number | undefined
  readonly codeName: string
  readonly message: string
  readonly labels: readonly string[]
  /** Of a unique index, where the server tells it. */
  readonly keyPattern: Readonly<Record<string, unknown>> | undefined
  /** Of a document that a validator refused. */
  readonly details: unknown
  /** Of the operating system: `ECONNREFUSED`. */
  readonly systemCode: string
}

const shape = z.object({
  name: z.string().catch(''),
  code: z.union([z.number(), z.string()]).optional().catch(undefined),
  codeName: z.string().catch(''),
  message: z.string().catch(''),
  errorLabelSet: z.instanceof(Set).optional().catch(undefined),
  errorResponse: z.unknown().optional(),
  writeErrors: z.unknown().optional(),
  errInfo: z.unknown().optional(),
  cause: z.unknown().optional(),
})

const server = z.object({
  keyPattern: z.record(z.string(), z.unknown()).optional().catch(undefined),
  errInfo: z.unknown().optional(),
})

const write = z.object({ err: z.unknown().optional() })

export function failureOf(error: unknown): DriverFailure {
  const read = shape.safeParse(fieldsOf(error))
  if (!read.success) return NOTHING
  const { name, code, codeName, message, errorLabelSet, errorResponse, writeErrors, errInfo, cause } =
    read.data
  // A write of several documents wraps what became of its connection.
  if (errorResponse instanceof Error && errorResponse !== error) return failureOf(errorResponse)
  const [first] = [writeErrors].flat()
  const inner = server.safeParse(write.safeParse(first).data?.err ?? errorResponse).data
  return {
    name,
    code: typeof code === 'number' ? code : undefined,
    codeName,
    message,
    labels: [...(errorLabelSet ?? [])].map(String),
    keyPattern: inner?.keyPattern,
    details: inner?.errInfo ?? errInfo,
    systemCode: typeof code === 'string' ? code : systemCodeIn(cause),
  }
}

const NOTHING: DriverFailure = {
  name: '',
  code: undefined,
  codeName: '',
  message: '',
  labels: [],
  keyPattern: undefined,
  details: undefined,
  systemCode: '',
}

/** Members of errors are often getters of their class. */
function fieldsOf(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return error
  return Object.fromEntries(
    [
      'name',
      'code',
      'codeName',
      'message',
      'errorLabelSet',
      'errorResponse',
      'writeErrors',
      'errInfo',
      'cause',
    ].map((key) => [key, Reflect.get(error, key)]),
  )
}

/** A server that is not there shows in the error of the last try, which an error about the choice of servers carries. */
function systemCodeIn(cause: unknown, depth = 0): string {
  if (typeof cause !== 'object' || cause === null || depth > 4) return ''
  const code: unknown = Reflect.get(cause, 'code')
  if (typeof code === 'string') return code
  const servers: unknown = Reflect.get(cause, 'servers')
  const [first] = servers instanceof Map ? [...servers.values()] : []
  const inner: unknown = first ? Reflect.get(first, 'error') : Reflect.get(cause, 'cause')
  return systemCodeIn(inner, depth + 1)
}

/** The command was sent, and its connection was lost before the answer came. */
export function isLostOnTheWay(error: unknown): boolean {
  return LOST_ON_THE_WAY.has(failureOf(error).name)
}

const LOST_ON_THE_WAY: ReadonlySet<string> = new Set([
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'PoolClearedOnNetworkError',
  'MongoPoolClearedOnNetworkError',
])
