import type { ToolWords } from '../core/tool.ts'
import { lines } from './columns.ts'

type Item = Readonly<Record<string, unknown>>

export interface TextContext {
  readonly service: string
  readonly args: Item
}

/** Of a list that is not in the result: its lines. */
interface Lines {
  readonly lines?: readonly string[]
}

/** A head line that says where the answer is from and whether there is more, the list as a table, then what else there is. */
export function answerText(tool: ToolWords, result: Item, context: TextContext & Lines): string {
  const key = tool.list?.key
  const list = key === undefined ? undefined : result[key]
  if (context.args.format === 'csv' && (context.lines || Array.isArray(list)))
    return csvText(tool, result, context.lines ?? itemLines(tool, Array.isArray(list) ? list : []))
  const parts = [head(tool, result, context)]
  if (context.lines) parts.push(...context.lines)
  else if (Array.isArray(list)) parts.push(...itemLines(tool, list))
  for (const [name, value] of Object.entries(result)) {
    if (isNested(value) && !(name === key && Array.isArray(value))) parts.push(...blockLines(name, value))
  }
  return parts.join('\n')
}

/** Rows alone; that there are more has to be told all the same. */
function csvText(tool: ToolWords, result: Item, lines: readonly string[]): string {
  if (result.has_more !== true) return lines.join('\n')
  return [...lines, `# has_more true, ${nextOf(tool, result)}`].join('\n')
}

function nextOf({ list }: ToolWords, { next_offset, next_cursor }: Item): string {
  if (next_offset !== undefined) return `next: offset=${String(next_offset)}`
  return next_cursor === undefined
    ? `next: ${list?.more ?? 'ask for less'}`
    : `next: cursor=${String(next_cursor)}`
}

/** Items as lines under a line of column names; what is not an object has a line to itself. */
export function itemLines({ list }: ToolWords, items: readonly unknown[]): string[] {
  if (items.length === 0) return []
  if (!items.every(isItem)) return items.map(word)
  return lines(list?.show ? items.map((item) => list.show?.(item) ?? item) : items)
}

/** `shop.orders: returned 50, has_more true, next: offset=50` */
function head({ list }: ToolWords, result: Item, { service, args }: TextContext): string {
  const { next_offset, ...facts } = result
  const subject = args.table_name ?? args.procedure_name ?? args.function_name
  const items = list && result[list.key]
  const counted = 'returned' in result || 'affected' in result
  const told = Array.isArray(items) && !counted ? [`${list?.key} ${items.length}`] : []
  for (const [name, value] of Object.entries(facts)) {
    if (!isNested(value) && value !== subject) told.push(`${name} ${String(value)}`)
  }
  if (next_offset !== undefined) told.push(`next: offset=${String(next_offset)}`)
  else if (result.has_more === true && list?.more) told.push(`next: ${list.more}`)
  const place = subject === undefined ? service : `${service}.${String(subject)}`
  return told.length === 0 ? place : `${place}: ${told.join(', ')}`
}

function blockLines(name: string, value: unknown): string[] {
  if (!Array.isArray(value)) return [`${name}: ${JSON.stringify(value)}`]
  if (value.length > 0 && value.every(isItem)) return [`${name}:`, ...lines(value)]
  return [`${name}: ${value.map(word).join(', ')}`]
}

function word(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : JSON.stringify(value)
}

function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function isItem(value: unknown): value is Item {
  return isNested(value) && !Array.isArray(value)
}
