import type { Told } from './double.ts'

/** What a statement gave as tokens (MS-TDS §2.2.7): the sets, how many rows each statement was about, and the end. */
export function answerOf({ sets = [], counts = [] }: Told, as: 'text' | 'statement'): Buffer {
  const [between, end] = as === 'text' ? [0xfd, 0xfd] : [0xff, 0xfe]
  return Buffer.concat([
    ...sets.flatMap(setOf),
    ...counts.map((count) => ending(between, MORE | COUNTED, count)),
    ending(end, 0, 0),
  ])
}

const MORE = 0x01
const COUNTED = 0x10

function ending(token: number, status: number, count: number): Buffer {
  const bytes = Buffer.alloc(13)
  bytes[0] = token
  bytes.writeUInt16LE(status, 1)
  bytes.writeBigUInt64LE(BigInt(count), 5)
  return bytes
}

type Set = NonNullable<Told['sets']>[number]

function setOf({ columns, rows }: Set): Buffer[] {
  const forms = columns.map(({ type }, at) =>
    formOf(
      type.name,
      rows.map((row) => row[at]),
    ),
  )
  const count = Buffer.alloc(3)
  count[0] = 0x81
  count.writeUInt16LE(columns.length, 1)
  const heads = columns.map(({ colName }, at) =>
    Buffer.concat([Buffer.from([0, 0, 0, 0, 9, 0, ...(forms[at]?.type ?? [])]), named(colName)]),
  )
  const cells = rows.map((row) =>
    Buffer.concat([ROW, ...row.map((value, at) => forms[at]?.write(value ?? null) ?? Buffer.alloc(0))]),
  )
  return [count, ...heads, ...cells]
}

const ROW = Buffer.from([0xd1])

function named(name: string): Buffer {
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name, 'ucs2')])
}

/** How values of a column are written; absent ones too. */
interface Form {
  readonly type: readonly number[]
  write(value: unknown): Buffer
}

function formOf(name: string, values: readonly unknown[]): Form {
  switch (name) {
    case 'BitN':
      return { type: [0x68, 1], write: sized((value) => Buffer.from([value === true ? 1 : 0])) }
    case 'IntN':
      return { type: [0x26, 8], write: sized((value) => little(BigInt(String(value)), 8)) }
    case 'FloatN':
      return { type: [0x6d, 8], write: sized(double) }
    case 'DecimalN':
      return decimal(Math.max(0, ...values.map((value) => placesOf(value))))
    case 'VarBinary':
      return { type: [0xa5, 0xff, 0xff], write: inPieces((value) => (Buffer.isBuffer(value) ? value : NONE)) }
    default:
      return {
        type: [0xe7, 0xff, 0xff, 9, 4, 0xd0, 0, 0x34],
        write: inPieces((value) => Buffer.from(String(value), 'ucs2')),
      }
  }
}

const NONE = Buffer.alloc(0)

function double(value: unknown): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(Number(value))
  return bytes
}

function placesOf(value: unknown): number {
  return value === null || value === undefined ? 0 : (/\.(\d+)$/.exec(String(value))?.[1]?.length ?? 0)
}

function decimal(scale: number): Form {
  const write = (value: unknown) => {
    const [, sign, whole = '', places = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(value)) ?? []
    const digits = BigInt(whole + places.padEnd(scale, '0'))
    return Buffer.concat([Buffer.from([sign === '-' ? 0 : 1]), little(digits, 16)])
  }
  return { type: [0x6a, 17, 38, scale], write: sized(write) }
}

function little(number: bigint, size: number): Buffer {
  return Buffer.from(Array.from({ length: size }, (_, at) => Number((number >> BigInt(at * 8)) & 0xffn)))
}

/** Behind its length in one byte; 0 is no value. */
function sized(write: (value: unknown) => Buffer): Form['write'] {
  return (value) => {
    if (value === null) return Buffer.from([0])
    const bytes = write(value)
    return Buffer.concat([Buffer.from([bytes.length]), bytes])
  }
}

function inPieces(write: (value: unknown) => Buffer): Form['write'] {
  return (value) => {
    if (value === null) return Buffer.alloc(8, 0xff)
    const bytes = write(value)
    const head = Buffer.alloc(12)
    head.writeBigUInt64LE(BigInt(bytes.length))
    if (bytes.length === 0) return Buffer.concat([head.subarray(0, 8), Buffer.alloc(4)])
    head.writeUInt32LE(bytes.length, 8)
    return Buffer.concat([head, bytes, Buffer.alloc(4)])
  }
}
