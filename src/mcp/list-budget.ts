import type { ToolDescription } from './describe-tool.ts'

/** Characters of a whole list of tools: 2 500 tokens of about four characters. */
export const MAX_LIST_CHARACTERS = 10_000

interface Described {
  readonly description: ToolDescription
}

/**
 * The list without what MCP leaves open: the schemas of answers; and, where `more` characters would not fit beside the rest, without
 * titles and what was said before.
 */
export function bareList<D extends Described>(described: readonly D[], more: number): readonly D[] {
  const fits = (list: readonly D[]) =>
    charactersOf(list.map(({ description }) => description)) + more <= MAX_LIST_CHARACTERS
  const bare = described.map((one) => {
    const { outputSchema: _, ...description } = one.description
    return { ...one, description }
  })
  if (fits(bare)) return bare
  const untitled = bare.map((one) => {
    const { title: _, ...description } = one.description
    return { ...one, description }
  })
  return fits(untitled) ? untitled : describedOnce(untitled)
}

/** An argument that several tools take is described where it comes first. */
function describedOnce<D extends Described>(described: readonly D[]): readonly D[] {
  const said = new Set<string>()
  const once = ([name, schema]: readonly [string, unknown]): readonly [string, unknown] => {
    const text = JSON.stringify([name, schema])
    if (!said.has(text)) {
      said.add(text)
      return [name, schema]
    }
    const { description: _, ...rest }: Readonly<Record<string, unknown>> = Object(schema)
    return [name, rest]
  }
  return described.map((one) => {
    const { inputSchema } = one.description
    const properties = Object.fromEntries(Object.entries(inputSchema.properties).map(once))
    return { ...one, description: { ...one.description, inputSchema: { ...inputSchema, properties } } }
  })
}

/** The schemas of answers come back for as many tools as there is room for. */
export function withOutputs(
  bare: readonly ToolDescription[],
  described: readonly Described[],
): ToolDescription[] {
  const schemas = new Map(described.map(({ description }) => [description.name, description.outputSchema]))
  let characters = charactersOf(bare)
  return bare.map((description) => {
    const outputSchema = schemas.get(description.name)
    const cost = `"outputSchema":${JSON.stringify(outputSchema)},`.length
    if (!outputSchema || characters + cost > MAX_LIST_CHARACTERS) return description
    characters += cost
    return { ...description, outputSchema }
  })
}

export function charactersOf(descriptions: readonly ToolDescription[]): number {
  return JSON.stringify(descriptions).length
}
