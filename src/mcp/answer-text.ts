import type { ToolWords } from '../core/tool.ts'
import { lines } from './columns.ts'

type Item = Readonly<Record<string, unknown>>

export interface TextContext {
  readonly service: string
  readonly args: Item
}

/** A head line that says where the answer is from and whether there is more, the list as a table, then what else there is. */
export function answerText(tool: ToolWords, result: Item, context: TextContext): string {
  const list = tool.list && result[tool.list.key]
  const { before, after } = textAround(tool, result, context)
  return [before, ...(Array.isArray(list) ? itemLines(tool, list) : []), after]
    .filter((part) => part !== undefined)
    .join('\n')
}

/** What stands before and behind the lines of the list; nothing where a part is absent. As CSV the rows come first, and one line says where they are from. */
export function textAround(
  tool: ToolWords,
  result: Item,
  context: TextContext,
): { readonly before?: string; readonly after?: string } {
  const { list } = tool
  if (context.args.format === 'csv' && list && isListShown(result, list.key)) {
    const more = result.has_more === true ? `: has_more true, ${nextOf(tool, result)}` : ''
    return { after: `# ${placeOf(context)}${more}` }
  }
  const before = head(tool, result, context)
  const blocks: string[] = []
  for (const name in result) {
    const value = result[name]
    if (isNested(value) && !(name === list?.key && Array.isArray(value)))
      blocks.push(...blockLines(name, value))
  }
  return blocks.length === 0 ? { before } : { before, after: blocks.join('\n') }
}

/** In the result, or beside it as text. */
function isListShown(result: Item, key: string): boolean {
  return !(key in result) || Array.isArray(result[key])
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
function head({ list }: ToolWords, result: Item, context: TextContext): string {
  const { next_offset, next_cursor } = result
  const subject = subjectOf(context)
  const items = list && result[list.key]
  const counted = 'returned' in result || 'affected' in result
  const told = Array.isArray(items) && !counted ? [`${list?.key} ${items.length}`] : []
  for (const name in result) {
    const value = result[name]
    if (name !== 'next_offset' && !isNested(value) && value !== subject)
      told.push(`${name} ${onOneLine(value)}`)
  }
  if (next_offset !== undefined) told.push(`next: offset=${String(next_offset)}`)
  else if (result.has_more === true && next_cursor === undefined && list?.more)
    told.push(`next: ${list.more}`)
  const place = placeOf(context)
  return told.length === 0 ? place : `${place}: ${told.join(', ')}`
}

/** A comment of several lines would end the line, and could pass for others. */
function onOneLine(value: unknown): string {
  const text = String(value)
  return /[\r\n\u2028\u2029]/.test(text) ? JSON.stringify(text) : text
}

/** `shop.orders` */
function placeOf(context: TextContext): string {
  const subject = subjectOf(context)
  return subject === undefined ? context.service : `${context.service}.${String(subject)}`
}

function subjectOf({ args }: TextContext): unknown {
  return args.table_name ?? args.procedure_name ?? args.function_name
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
