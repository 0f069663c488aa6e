import type { z } from 'zod'
import type { ExportRequest } from './export.ts'
import type { Operation } from './operation.ts'

/** In a result: its list (`list.key`) as text (`RowText`), in place of the list. */
export const LIST_TEXT = Symbol('text of the list')

/** In a result: gives the cursor behind the item of an index in its list; undefined where there is none. */
export const CURSOR_AFTER = Symbol('cursor behind an item')

/** The tool that calls others, which the list has no room for. */
export const CALL_TOOL = 'call_tool'

/** What a tool says to a model. */
export interface ToolWords {
  readonly name: string
  /** At most four words. */
  readonly title: string
  /** At most three sentences: what comes back, when to use it, what to call first. */
  readonly description: string
  /** The arguments: a strict object, every field described. */
  readonly arguments: z.ZodObject
  /** The structured answer: a described object. */
  readonly output: z.ZodObject
  /** The list in the output that is shown as a table and cut at the byte budget; absent when there is none. */
  readonly list?: ToolList
  /** Its answers are about services, and from none of them. */
  readonly isFromNone?: true
  /** Other tools answer the same: it is the first to go from a list that has no room for all, and can be called all the same. */
  readonly isSpare?: true
  /** An administrator declared it: where a list has no room for all, it is told of in few words, or by `list_tools` alone. */
  readonly isCustom?: true
  /** Listed only beside tools that the list has no room for. */
  readonly isForUnlisted?: true
  /** Where the answer can be read as a resource, too: for each table, when the tool takes one. */
  readonly resource?: ToolResource
}

interface ToolResource {
  /** After the service in the address: `schema` of `sluice://shop/schema/orders`. */
  readonly path: string
  /** At most four words. */
  readonly title: string
  /** What a reader gets: the structured answer, or the text. */
  readonly as: 'json' | 'text'
}

interface ToolList {
  /** Its key in the output. */
  readonly key: string
  /** Most bytes of the text, and of the JSON, where that is less than of other answers. */
  readonly bytes?: number
  /** How to see what was cut off, for lists without an `offset` argument. */
  readonly more?: string
  /** An item as its line in the text shows it; itself when absent. */
  show?(item: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>
}

/**
 * What a tool works on; decides who sees it. `tables` (records) and `schemas` need one table the caller may use so, `writes` one they may write in any way,
 * `procedures` and `functions` the right to the routines, `service` only that the policy reaches the service.
 */
type ToolScope = 'tables' | 'schemas' | 'writes' | 'procedures' | 'functions' | 'service'

/** A call for the first page of a table's rows. */
interface PlainPageCall<A = unknown> {
  readonly args: A
  readonly table: string
  readonly fields?: readonly string[] | undefined
  readonly filter?: string | undefined
  readonly order?: string | undefined
  readonly limit: number
}

/** An MCP tool: words for an operation, never behaviour. */
export interface Tool<A = unknown, I = unknown, O = unknown> extends ToolWords {
  readonly operation: Operation<I, O>
  readonly scope: ToolScope
  /** The one table or routine it works on, whatever its arguments: who may not use that does not have the tool. */
  readonly worksOn?: string
  /** Columns that it names itself, or paths to them: who may not know them does not have the tool either. */
  readonly says?: readonly string[]
  /** What its arguments hold is never looked up: `{user.id}` is a text. */
  readonly withoutLookups?: true
  /** The caller's key for a call that is to be carried out once; undefined when there is none. */
  onceKey?(args: A): string | undefined
  /** Arguments as the operation's input; identity when absent. */
  toInput?(args: A): I
  /**
   * Arguments that nearly all calls have, as `arguments` reads them, where the call is for one page of rows and nothing else. Undefined for all others,
   * and for every mistake: saying so is always right.
   */
  plainPage?(given: Readonly<Record<string, unknown>>): PlainPageCall<A> | undefined
  /** What of its result is to be had whole by a link, where the arguments ask for that. Throws `bad_request`. */
  exported?(args: A): ExportRequest | undefined
  /** The operation's result as structured content; identity when absent. */
  toOutput?(result: O, args: A): unknown
}

/** A tool about the tools themselves: answered from the caller's own list, without opening anything. */
export interface DirectoryTool<A = unknown> extends ToolWords {
  directory(tools: readonly ToolTold[], args: A): unknown
}

/** What a caller is told of a tool that they have. */
interface ToolTold {
  readonly name: string
  readonly title?: string
  readonly description: string
  readonly inputSchema: object
}

export type AnyTool = Tool | DirectoryTool

export function defineTool<S extends z.ZodObject, I, O>(
  tool: Tool<z.output<S>, I, O> & { readonly arguments: S },
): Tool {
  return tool
}

export function defineDirectoryTool<S extends z.ZodObject>(
  tool: DirectoryTool<z.output<S>> & { readonly arguments: S },
): DirectoryTool {
  return tool
}
