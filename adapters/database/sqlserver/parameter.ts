import type { Driver } from './driver.ts'
import { EXACT_DECIMAL, type ExactDecimal } from './exact-decimal.ts'

/**
 * A bound value with the type that the server sees. Null has one too: the server converts no null of one type into every other. Text is
 * Unicode, and so are dates and times: the server reads them by the type of the column, with every digit.
 */
export type Parameter =
  | { readonly type: 'bigint'; readonly value: bigint | null }
  | { readonly type: 'decimal'; readonly value: ExactDecimal | null }
  | { readonly type: 'float'; readonly value: number | null }
  | { readonly type: 'text'; readonly value: string | null }
  | { readonly type: 'bytes'; readonly value: Buffer | null }

export type DriverType = Driver['TYPES']['BigInt']

export function driverType({ type }: Pick<Parameter, 'type'>, { TYPES }: Pick<Driver, 'TYPES'>): DriverType {
  switch (type) {
    case 'bigint':
      return TYPES.BigInt
    case 'decimal':
      return EXACT_DECIMAL
    case 'float':
      return TYPES.Float
    case 'text':
      return TYPES.NVarChar
    case 'bytes':
      return TYPES.VarBinary
  }
}
