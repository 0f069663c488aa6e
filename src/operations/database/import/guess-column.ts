import type { Field, SimpleType } from '../../../core/database/schema.ts'
import type { Json } from '../../../core/database/value.ts'

/** What a column of texts holds, and how each of its texts is meant. */
export interface GuessedColumn {
  readonly field: Field
  read(cell: string | null): Json
}

type Kind = readonly [type: SimpleType, fits: (cell: string) => boolean, read: (cell: string) => Json]

const AS_TEXT = (cell: string): Json => cell

/** The narrowest first. Numbers with zeros in front are names of something, not numbers. */
const KINDS: readonly Kind[] = [
  ['boolean', (cell) => /^(?:true|false)$/i.test(cell), (cell) => cell.toLowerCase() === 'true'],
  ['integer', (cell) => isWhole(cell) && Math.abs(Number(cell)) < 2 ** 31, Number],
  ['bigint', (cell) => isWhole(cell) && cell.length <= 18, AS_TEXT],
  ['double', (cell) => /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(cell) && digitsOf(cell) <= 15, Number],
  ['date', (cell) => /^\d{4}-\d{2}-\d{2}$/.test(cell) && isMoment(cell), AS_TEXT],
  ['datetime', (cell) => MOMENT.test(cell) && isMoment(cell.replace(' ', 'T')), AS_TEXT],
]

const MOMENT = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}$/
const LONGEST_STRING = 255

/** By all its cells; null is no value. Nothing but nulls is text. */
export function guessColumn(name: string, cells: readonly (string | null)[]): GuessedColumn {
  const given = cells.filter((cell) => cell !== null)
  const [type, , read] = (given.length > 0 && KINDS.find(([, fits]) => given.every(fits))) || textOf(given)
  const field: Field = {
    name,
    type,
    dbType: '',
    allowNull: true,
    autoIncrement: false,
    isGenerated: false,
    ...(type === 'string' && { length: LONGEST_STRING }),
  }
  return { field, read: (cell) => (cell === null ? null : read(cell)) }
}

function textOf(cells: readonly string[]): Kind {
  const isLong = cells.some((cell) => cell.length > LONGEST_STRING)
  return [isLong ? 'text' : 'string', () => true, AS_TEXT]
}

function isWhole(cell: string): boolean {
  return /^-?(?:0|[1-9]\d*)$/.test(cell)
}

function digitsOf(cell: string): number {
  return cell.replaceAll(/\D/g, '').length
}

/** February has no 30th, which Date would move into March. */
function isMoment(cell: string): boolean {
  const moment = new Date(cell.length === 10 ? cell : `${cell}Z`)
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(cell)
}
