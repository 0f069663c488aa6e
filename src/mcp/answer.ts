import { RowText } from '../core/database/row-text.ts'
import type { ErrorCode } from '../core/errors.ts'
import { toJsonText } from '../core/exact-json.ts'
import { CURSOR_AFTER, LIST_TEXT, type ToolWords } from '../core/tool.ts'
import { answerText, itemLines, type TextContext, textAround } from './answer-text.ts'
import type { ExportLink } from './exports.ts'
import { shortened, withTextsUpTo } from './shorten.ts'

type Item = Readonly<Record<string, unknown>>

/** What a call answers with: the same facts as compact text for a model and as data for a program. */
export interface ToolAnswer {
  readonly text: string
  /** `text` as JSON text, where it was written so. */
  readonly textInJson?: string
  /** Absent in an error. */
  readonly structured?: Item
  /** `structured` as JSON text. */
  readonly json?: string
  readonly isError?: true
  /** Of an error. */
  readonly code?: ErrorCode
  /** To the whole result. */
  readonly link?: ExportLink
}

export interface AnswerContext extends TextContext {
  /** Most bytes of the text, and of the JSON. */
  readonly resultBytes: number
  /** The answer is about services, and from none of them. */
  readonly isFromNone?: true
}

/** The result of a tool as its answer, its list cut on an item boundary when it is larger than the budget. */
export function answerWith(tool: ToolWords, result: Item, context: AnswerContext): Written {
  const whole = written(tool, result, context)
  const { resultBytes } = context
  if (fits(whole, resultBytes)) return whole
  const key = tool.list?.key
  const list = key === undefined ? undefined : (listTextOf(tool, result)?.text.rows() ?? result[key])
  if (key === undefined || !Array.isArray(list))
    return written(tool, shortened(result, resultBytes - NOTE_BYTES), context)
  return written(tool, withinBudget(tool, { [key]: list, ...result }, { key, list }, context), context)
}

/** Room for what a cut adds to the head: `truncated_by`, the next offset, the column names. */
const NOTE_BYTES = 400
/** Longest cursor and its name. */
const CURSOR_BYTES = 800

/** A text has no more bytes than its JSON. */
function fits(written: Written, bytes: number): boolean {
  if (!isWithin(written.json, bytes)) return false
  const { textInJson } = written
  return (textInJson !== undefined && isWithin(textInJson, bytes)) || isWithin(written.text, bytes)
}

/** A character has three bytes at most (two make one of four): most texts are so short that they need not be measured. */
function isWithin(text: string, bytes: number): boolean {
  return text.length * 3 <= bytes || byteLength(text) <= bytes
}

interface Written {
  readonly text: string
  readonly textInJson?: string
  readonly structured: Item
  readonly json: string
}

function written(tool: ToolWords, result: Item, context: AnswerContext): Written {
  const list = listTextOf(tool, result)
  if (list) return writtenText(tool, result, list, context)
  // What is under symbols is for this file alone.
  const structured = { ...origin(context), ...Object.fromEntries(Object.entries(result)) }
  const json = toJsonText(structured)
  return { text: isJson(context) ? json : answerText(tool, result, context), structured, json }
}

/** A model that works with several services has to know which of them an answer is from. */
function origin({ service, isFromNone }: AnswerContext): Item {
  return isFromNone ? {} : { service }
}

interface ListText {
  readonly key: string
  readonly text: RowText
}

function listTextOf(tool: ToolWords, result: Item): ListText | undefined {
  const text = Reflect.get(result, LIST_TEXT)
  return text instanceof RowText && tool.list ? { key: tool.list.key, text } : undefined
}

/** The same where the list is text already: what nobody has to read is passed on. */
function writtenText(
  tool: ToolWords,
  result: Item,
  { key, text }: ListText,
  context: AnswerContext,
): Written {
  // What is under symbols is in no JSON.
  const rest = JSON.stringify(result).slice(1)
  const json = `{"service":${JSON.stringify(context.service)},${JSON.stringify(key)}:${text.json()}${rest === '}' ? '' : ','}${rest}`
  const structure = () => ({
    ...origin(context),
    [key]: text.rows(),
    ...Object.fromEntries(Object.entries(result)),
  })
  const textInJson = isJson(context) ? JSON.stringify(json) : aroundLines(tool, text, result, context)
  return new WrittenText({ textInJson, json, structure })
}

/** The lines of the list are written as JSON already, so the others are, too. */
function aroundLines(tool: ToolWords, list: RowText, others: Item, context: AnswerContext): string {
  const { before, after } = textAround(tool, others, context)
  const lines =
    (tool.list?.show ? undefined : list.linesInJson()) ?? inJson(itemLines(tool, list.rows()).join('\n'))
  const head = before === undefined ? '' : inJson(before)
  const tail = after === undefined ? '' : inJson(after)
  return `"${joined(joined(head, lines), tail)}"`
}

/** Two texts with a line break between them, as it stands inside of a JSON text. */
function joined(one: string, other: string): string {
  return one === '' ? other : other === '' ? one : `${one}\\n${other}`
}

/** As it stands inside of the quotes of JSON. */
function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

/** The text is that of the data, too. */
function isJson({ args }: AnswerContext): boolean {
  return args.format === 'json'
}

/** A class, for its getters: V8 makes a hidden class for every object literal that has one, and all it holds waits for a full collection. */
class WrittenText implements Written {
  readonly textInJson: string
  readonly json: string
  readonly #structure: () => Item

  constructor({
    textInJson,
    json,
    structure,
  }: Pick<WrittenText, 'textInJson' | 'json'> & { readonly structure: () => Item }) {
    this.textInJson = textInJson
    this.json = json
    this.#structure = structure
  }

  get text(): string {
    return JSON.parse(this.textInJson)
  }

  get structured(): Item {
    return this.#structure()
  }
}

interface Cuttable {
  readonly key: string
  readonly list: readonly unknown[]
}

function withinBudget(tool: ToolWords, whole: Item, { key, list }: Cuttable, context: AnswerContext): Item {
  // The text is that of the whole list.
  const result = { ...whole, [LIST_TEXT]: undefined }
  const { text, json } = written(tool, { ...result, [key]: [] }, context)
  const noteBytes = NOTE_BYTES + (Reflect.has(whole, CURSOR_AFTER) ? CURSOR_BYTES : 0)
  const room = context.resultBytes - Math.max(byteLength(text), byteLength(json)) - noteBytes
  const items = list.length > 1 ? list.map(withShortTexts) : list
  const count = howManyFit(tool, items, room)
  if (count > 0 && count === list.length) return { ...result, [key]: items, truncated_by: 'cells' }
  if (count > 0)
    return { ...cut(result, { key, list: items.slice(0, count) }, context), truncated_by: 'bytes' }
  // One item larger than the whole budget: its long cells are shortened, so that a caller always gets on.
  const first = [shortItem(list[0], room)]
  const shown = list.length === 1 ? { ...result, [key]: first } : cut(result, { key, list: first }, context)
  return { ...shown, truncated_by: 'cells' }
}

/** Beside other items a long text has its start shown; alone it is cut no more than it has to be. */
function withShortTexts(item: unknown): unknown {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return item
  return withTextsUpTo(LONGEST_BESIDE, { ...item })
}

/** In characters. */
const LONGEST_BESIDE = 1_000

function howManyFit(tool: ToolWords, list: readonly unknown[], room: number): number {
  const shown = itemLines(tool, list)
  const first = shown.length - list.length
  let json = 0
  let text = 0
  for (const [index, item] of list.entries()) {
    json += byteLength(toJsonText(item)) + 1
    text += byteLength(shown[first + index] ?? '') + 1
    if (json > room || text > room) return index
  }
  return list.length
}

/** The result with the start of its list, and the way to the rest: an offset, unless the items were asked for one by one. */
function cut(result: Item, { key, list }: Cuttable, { args }: AnswerContext): Item {
  const pages = typeof args.offset === 'number' && args.ids === undefined && args.cursor === undefined
  const { next_cursor: _, ...facts } = result
  const cursor = cursorAfter(result, list.length - 1)
  return {
    ...facts,
    [key]: list,
    ...('returned' in result ? { returned: list.length } : {}),
    has_more: true,
    ...(pages ? { next_offset: Number(args.offset) + list.length } : {}),
    ...(cursor === undefined ? {} : { next_cursor: cursor }),
  }
}

function cursorAfter(result: Item, index: number): unknown {
  const cursorOf: unknown = Reflect.get(result, CURSOR_AFTER)
  return typeof cursorOf === 'function' ? cursorOf(index) : undefined
}

function shortItem(item: unknown, room: number): unknown {
  const isObject = typeof item === 'object' && item !== null && !Array.isArray(item)
  return isObject ? shortened({ ...item }, room) : shortened({ item }, room).item
}

function byteLength(text: string): number {
  return Buffer.byteLength(text)
}
