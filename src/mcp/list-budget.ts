import type { ToolDescription } from './describe-tool.ts'

/** Characters of a whole list of tools: 2 500 tokens of about four characters. */
export const MAX_LIST_CHARACTERS = 10_000

interface Described {
  readonly description: ToolDescription
}

/** The list without what MCP leaves open: the schemas of answers, and titles where it would be too long all the same. */
export function bareList<D extends Described>(described: readonly D[]): readonly D[] {
  const bare = described.map((one) => {
    const { outputSchema: _, ...description } = one.description
    return { ...one, description }
  })
  if (charactersOf(bare.map(({ description }) => description)) <= MAX_LIST_CHARACTERS) return bare
  return bare.map((one) => {
    const { title: _, ...description } = one.description
    return { ...one, description }
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
