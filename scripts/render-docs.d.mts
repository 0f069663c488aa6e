import type { ToolDescription } from '../src/mcp/describe-tool.ts'
import type { Conversation } from './conversation.mjs'

export const ERROR_MEANINGS: Readonly<Record<string, string>>
export function renderErrors(statuses: Readonly<Record<string, number>>): string
export function renderToolList(tools: readonly ToolDescription[]): string
export function renderToolTable(tools: readonly ToolDescription[]): string
export function replaceBetween(text: string, name: string, content: string): string
export function renderAll(sources: {
  readonly tools: readonly ToolDescription[]
  readonly statuses: Readonly<Record<string, number>>
  readonly conversation: Conversation
  readonly read: (path: string) => string
}): Readonly<Record<string, string>>
