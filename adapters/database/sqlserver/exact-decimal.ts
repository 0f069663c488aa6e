import type { Driver } from './driver.ts'

/** An exact number: `digits` with the point `scale` places from the right, as a decimal of so much precision. */
export interface ExactDecimal {
  readonly digits: bigint
  readonly scale: number
  readonly precision: number
}

type DataType = Driver['TYPES']['BigInt']

const MOST_DIGITS = 38

/** The number that a text means; undefined for what is none, or none that has 38 digits. */
export function exactDecimal(text: string): ExactDecimal | undefined {
  const [, sign, whole = '', fraction = '', exponent] = NUMBER.exec(text) ?? []
  if (whole === '' && fraction === '') return undefined
  const shift = Number(exponent ?? 0)
  if (Math.abs(shift) > MOST_DIGITS * 2) return undefined
  const kept = fraction.replace(/0+$/, '')
  const scale = kept.length - shift
  const written = `${whole}${kept}${'0'.repeat(Math.max(0, -scale))}`
  const trimmed = written.replace(/^0+(?=\d)/, '')
  const places = Math.max(0, scale)
  const wholes = steps(Math.max(1, trimmed.length - places))
  if (places > MOST_DIGITS || trimmed.length > MOST_DIGITS) return undefined
  const precision = Math.min(MOST_DIGITS, wholes + places)
  if (trimmed.length > precision) return undefined
  return { digits: BigInt(`${sign === '-' ? '-' : ''}${trimmed}`), scale: places, precision }
}

const NUMBER = /^\s*([-+]?)(\d*)(?:\.(\d*))?(?:e([-+]?\d+))?\s*$/i

/** Few precisions, so that few statement texts differ in them alone. */
function steps(digits: number): number {
  return [9, 19, 28, MOST_DIGITS].find((step) => digits <= step) ?? MOST_DIGITS
}

/** The driver's own type makes a double of its value. MS-TDS §2.2.5.5.1.6: a sign, then the digits as a number, lowest byte first. */
export const EXACT_DECIMAL: DataType = {
  id: 0x6a,
  type: 'DECIMAL',
  name: 'Decimal',
  declaration: (parameter) => {
    const { precision, scale } = formOf(parameter)
    return `decimal(${precision}, ${scale})`
  },
  resolvePrecision: (parameter) => formOf(parameter).precision,
  resolveScale: (parameter) => formOf(parameter).scale,
  generateTypeInfo: (parameter) => {
    const { precision, scale } = formOf(parameter)
    return Buffer.from([0x6a, bytesFor(precision), precision, scale])
  },
  generateParameterLength: (parameter) =>
    Buffer.from([isExact(parameter.value) ? bytesFor(formOf(parameter).precision) : 0]),
  *generateParameterData(parameter) {
    const { value } = parameter
    if (!isExact(value)) return
    const bytes = Buffer.alloc(bytesFor(formOf(parameter).precision))
    bytes[0] = value.digits < 0n ? 0 : 1
    let rest = value.digits < 0n ? -value.digits : value.digits
    for (let at = 1; at < bytes.length; at++, rest >>= 8n) bytes[at] = Number(rest & 0xffn)
    yield bytes
  },
  validate: (value) => (isExact(value) ? value : null),
}

interface Given {
  readonly value?: unknown
  readonly precision?: number | undefined
  readonly scale?: number | undefined
}

/** Of the value itself; of one that comes out, as it is declared. */
function formOf({ value, precision, scale }: Given): { precision: number; scale: number } {
  if (isExact(value)) return value
  return { precision: precision ?? 18, scale: scale ?? 0 }
}

function bytesFor(precision: number): number {
  return precision <= 9 ? 5 : precision <= 19 ? 9 : precision <= 28 ? 13 : 17
}

function isExact(value: unknown): value is ExactDecimal {
  return typeof value === 'object' && value !== null && 'digits' in value
}
