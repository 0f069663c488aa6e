import type { FieldDescription } from '../../database/description.ts'
import classes from './cell.module.css'

interface CellProps {
  readonly field: FieldDescription
  readonly value: unknown
}

/** A value in one line, told honestly: null is not the empty text, what is cut says so. */
export function Cell({ field, value }: CellProps) {
  if (value === null) return <span className={classes.null}>null</span>
  if (value === undefined) return <span className={classes.null}>not shown</span>
  if (value === '') return <span className={classes.null}>empty text</span>
  if (field.type === 'binary' && typeof value === 'string') {
    return <span className={classes.note}>binary, {sizeText(bytesOf(value))}</span>
  }
  if (typeof value === 'object') return <code className={classes.json}>{cut(JSON.stringify(value))}</code>
  if (typeof value === 'boolean') return <span className={classes.flag}>{String(value)}</span>
  const text = String(value)
  if (text.length <= LONGEST) return text
  return (
    <>
      {text.slice(0, LONGEST)}
      <span className={classes.note}> … {text.length.toLocaleString('en')} characters</span>
    </>
  )
}

const LONGEST = 160

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text
}

/** Bytes that a base64 text stands for. */
export function bytesOf(base64: string): number {
  const padding = /={0,2}$/.exec(base64)?.[0].length ?? 0
  return (base64.length * 3) / 4 - padding
}

export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(1)} KiB`
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`
}

/** Numbers stand at the right, as everywhere. */
export function isNumber({ type }: FieldDescription): boolean {
  return NUMBERS.has(type)
}

const NUMBERS: ReadonlySet<string> = new Set([
  'id',
  'bigid',
  'integer',
  'bigint',
  'smallint',
  'tinyint',
  'decimal',
  'money',
  'float',
  'double',
  'reference',
  'mediumint',
])
