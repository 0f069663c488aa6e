import { z } from 'zod'
import type { Caller } from '../core/caller.ts'
import type { Services } from '../core/service.ts'
import type { ToolWords } from '../core/tool.ts'
import { answerWith, type ToolAnswer } from './answer.ts'
import { readArguments } from './arguments.ts'
import { describeTool, type ToolDescription } from './describe-tool.ts'
import { reachedServices } from './many-session.ts'

const entry = z.object({
  name: z.string(),
  type: z.string(),
  label: z.string().optional(),
  description: z.string().optional(),
})

/** The tool that stands before all others where one address serves many services. */
export const listServices = {
  name: 'list_services',
  title: 'List services',
  description: "Services you may use: the values of 'service' in other tools. Call first.",
  arguments: z.strictObject({ offset: z.int().min(0).default(0).describe('Skip') }),
  output: z.object({ services: z.array(entry), total: z.int(), next_offset: z.int().optional() }),
  list: { key: 'services' },
  isFromNone: true,
} as const satisfies ToolWords

export function describeListServices(): ToolDescription {
  return describeTool({ ...listServices, directory: () => ({}) })
}

/** Longest description of a service, in characters. */
const LONGEST_LINE = 200

/** Throws `bad_request` for arguments that it does not have. */
export function answerListServices(
  services: Services,
  caller: Caller,
  asked: { readonly args: Readonly<Record<string, unknown>>; readonly resultBytes: number },
): ToolAnswer {
  const args = readArguments({ ...listServices }, asked.args)
  const reached = reachedServices(services, caller)
  const shown = reached.slice(Number(args.offset)).map(({ name, type, label, description }) => ({
    name,
    type,
    ...(label !== '' && label !== name && { label }),
    ...(description !== '' && { description: lineOf(description) }),
  }))
  const result = { total: reached.length, services: shown }
  const context = { service: 'all', isFromNone: true, args, resultBytes: asked.resultBytes } as const
  return answerWith(listServices, result, context)
}

function lineOf(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE - 1)}…` : line
}
