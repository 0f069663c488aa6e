import { z } from 'zod'
import { customParameters, customToolName } from '../../core/custom-tool.ts'
import type { Json } from '../../core/database/value.ts'
import { flag, text, wholeNumber } from '../field-rules.ts'
import { defineSystemResource, type Given } from '../system-resource.ts'
import type { WriteContext } from '../write-context.ts'

/** Kept as it was sent, once it is known to be right. */
const parameters = z.json().refine((value) => customParameters.safeParse(value).success, {
  error: (issue) => `The parameters field is wrong: ${firstProblem(issue.input)}.`,
})

export const tool = defineSystemResource({
  name: 'tool',
  description: 'A tool of the MCP door, declared as another one with its arguments filled in.',
  columns: {
    name: { type: 'string', length: 64 },
    service_id: { type: 'integer' },
    // Told to models.
    description: { type: 'text' },
    operation: { type: 'string', length: 64 },
    parameters: { type: 'json', allowNull: true },
    arguments: { type: 'json', allowNull: true },
    is_active: { type: 'boolean', default: true },
  },
  unique: ['name'],
  belongsTo: { service_id: 'service' },
  opaque: ['parameters', 'arguments'],
  accepts: {
    name: z.string().refine((name) => customToolName.safeParse(name).success, {
      error: 'The name field must begin with a letter and have letters, digits, _ and - alone, 64 at most.',
    }),
    service_id: wholeNumber,
    description: text(1_000),
    operation: text(64),
    parameters,
    arguments: z.record(z.string(), z.json()),
    is_active: flag,
  },
  required: ['name', 'service_id', 'description', 'operation', 'arguments'],
  toColumns,
})

function toColumns(given: Given, { stored, tools }: WriteContext): Given {
  const whole = { ...stored, ...given }
  tools.checkTool({
    name: String(whole.name),
    description: String(whole.description),
    operation: String(whole.operation),
    parameters: customParameters.parse(whole.parameters ?? []),
    arguments: z.record(z.string(), z.json()).parse(whole.arguments),
  })
  const noParameters: Json = []
  return stored || given.parameters !== undefined ? given : { ...given, parameters: noParameters }
}

function firstProblem(value: unknown): string {
  const issue = customParameters.safeParse(value).error?.issues[0]
  return issue ? `${issue.path.join('.')} ${issue.message}`.trim() : 'it is no list'
}
