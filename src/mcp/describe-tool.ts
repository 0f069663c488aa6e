import { z } from 'zod'
import type { Operation } from '../core/operation.ts'
import type { AnyTool, ToolWords } from '../core/tool.ts'
import { type ObjectSchema, wireSchema } from './wire-schema.ts'

/** Hints that say nothing beside the others are left out: of a tool that only reads, and what is false by default. */
interface Annotations {
  readonly readOnlyHint: boolean
  readonly destructiveHint?: boolean
  readonly idempotentHint?: boolean
  readonly openWorldHint: boolean
}

/** A tool as `tools/list` shows it. */
export interface ToolDescription {
  readonly name: string
  /** Absent where a long list has no room for it. */
  readonly title?: string
  readonly description: string
  readonly inputSchema: ObjectSchema
  /** Absent where a long list has no room for it. */
  readonly outputSchema?: ObjectSchema
  readonly annotations: Annotations
}

/** The part of a tool's description that is the same for everyone. */
export function describeTool(tool: AnyTool): ToolDescription {
  const { name, title, description } = tool
  return {
    name,
    title,
    description,
    inputSchema: wireSchema(tool.arguments, 'input'),
    outputSchema: outputSchemaOf(tool),
    annotations: 'operation' in tool ? annotationsOf(tool.operation) : tool.isForUnlisted ? RUNS : READS,
  }
}

/** Every answer names its service, and a list that was cut says so. */
const FROM_SERVICE = { service: z.string() }
const WHEN_CUT = { has_more: z.boolean(), truncated_by: z.string() }

function outputSchemaOf({ output, list, isFromNone }: ToolWords): ObjectSchema {
  return wireSchema(
    z.object({ ...(isFromNone ? {} : FROM_SERVICE), ...output.shape, ...(list ? WHEN_CUT : {}) }),
    'output',
  )
}

/** Of tools that change nothing. */
export const READS: Annotations = {
  readOnlyHint: true,
  openWorldHint: false,
}
const ADDS: Annotations = {
  readOnlyHint: false,
  destructiveHint: false,
  openWorldHint: false,
}
const CHANGES: Annotations = {
  readOnlyHint: false,
  destructiveHint: true,
  idempotentHint: true,
  openWorldHint: false,
}
const RUNS: Annotations = {
  readOnlyHint: false,
  destructiveHint: true,
  openWorldHint: false,
}

/** What a stored routine does is its own affair, and steps may be of any kind: they may destroy, and doing it twice may do it twice. */
function annotationsOf({ verb, needs, countsItself }: Operation): Annotations {
  if (verb === 'GET') return READS
  if (verb !== 'POST') return CHANGES
  return needs.includes('procedures') || needs.includes('functions') || countsItself ? RUNS : ADDS
}
