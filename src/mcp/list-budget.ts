import type { ToolDescription } from './describe-tool.ts'

/** Characters of a whole list of tools: 2 500 tokens of about four characters. */
export const MAX_LIST_CHARACTERS = 10_000

interface Described {
  readonly description: ToolDescription
}

/** A list that would be too long goes without the schemas of the answers, which MCP leaves open. */
export function withinBudget<D extends Described>(described: readonly D[]): readonly D[] {
  const whole = JSON.stringify(described.map(({ description }) => description))
  if (whole.length <= MAX_LIST_CHARACTERS) return described
  return described.map((one) => {
    const { outputSchema: _, ...description } = one.description
    return { ...one, description }
  })
}
