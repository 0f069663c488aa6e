import type { ToolDescription } from './describe-tool.ts'

/** Longest description of a declared tool that is told of in few words, in characters. */
const LONGEST_LINE = 120
/** Most characters of the values that one of its arguments may have. */
const LONGEST_ENUM = 100

/** A declared tool in few words: `list_tools` with its name tells all. What may be left out of a call is left out. */
export function shortened({ description, inputSchema, ...rest }: ToolDescription): ToolDescription {
  const { properties, required = [] } = inputSchema
  const needed = Object.entries(properties).filter(([name]) => required.includes(name))
  const short = Object.fromEntries(needed.map(([name, schema]) => [name, typeOnly(schema)]))
  return {
    ...rest,
    description: lineOf(description),
    inputSchema: { ...inputSchema, properties: short },
  }
}

/** The first sentence, or as much of it as there is room for. */
function lineOf(text: string): string {
  const words = text.replaceAll(/\s+/g, ' ').trim()
  const [sentence = words] = /^.*?[.!?](?= |$)/.exec(words) ?? []
  return sentence.length > LONGEST_LINE ? `${sentence.slice(0, LONGEST_LINE - 1)}…` : sentence
}

function typeOnly(schema: unknown): unknown {
  const { type, enum: values }: Readonly<Record<string, unknown>> = Object(schema)
  const isShort = Array.isArray(values) && JSON.stringify(values).length <= LONGEST_ENUM
  return { ...(type !== undefined && { type }), ...(isShort && { enum: values }) }
}
