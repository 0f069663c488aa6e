import { shortened } from './custom-words.ts'
import { READS, type ToolDescription } from './describe-tool.ts'

/** Characters of a list of tools: with what an answer has around it, 2 500 tokens of about four characters. */
export const MAX_LIST_CHARACTERS = 9_760

export interface Listable {
  readonly description: ToolDescription
  readonly isSpare: boolean
  readonly isCustom: boolean
  readonly isForUnlisted: boolean
}

/**
 * The list that fits, where `more` characters are wanted beside it. What MCP leaves open goes first: the schemas of answers, titles, what was said
 * before. Then the tools that others answer for. Then declared tools are told of in few words; at last those that have no room are not in it, and
 * the tool that calls unlisted ones is.
 */
export function fittingList<D extends Listable>(all: readonly D[], more: number): readonly D[] {
  const listed = all.filter(({ isForUnlisted }) => !isForUnlisted)
  const hasCustom = listed.some(({ isCustom }) => isCustom)
  const whole = bareList(listed, more)
  if (fits(whole, hasCustom ? more : 0)) return whole
  const needed = listed.filter(({ isSpare }) => !isSpare)
  const withoutSpare = bareList(needed, more)
  if (!hasCustom || fits(withoutSpare, more)) return withoutSpare
  const short = bareList(
    needed.map((one) => (one.isCustom ? { ...one, description: shortened(one.description) } : one)),
    more,
  )
  return fits(short, 0) ? short : asManyAsFit(short, callersAmong(all))
}

/** Where all that can be called only reads, so do they. */
function callersAmong<D extends Listable>(all: readonly D[]): readonly D[] {
  const onlyReads = all.every(
    ({ isForUnlisted, description }) => isForUnlisted || description.annotations.readOnlyHint,
  )
  const callers = all.filter(({ isForUnlisted }) => isForUnlisted)
  if (!onlyReads) return callers
  return callers.map((one) => ({ ...one, description: { ...one.description, annotations: READS } }))
}

function asManyAsFit<D extends Listable>(short: readonly D[], callers: readonly D[]): readonly D[] {
  const kept = new Set([...short.filter(({ isCustom }) => !isCustom), ...bareList(callers, Infinity)])
  let characters = charactersOf([...kept].map(({ description }) => description))
  for (const one of short) {
    const cost = JSON.stringify(one.description).length + 1
    if (kept.has(one) || characters + cost > MAX_LIST_CHARACTERS) continue
    kept.add(one)
    characters += cost
  }
  return [...kept]
}

function fits(list: readonly Pick<Listable, 'description'>[], more: number): boolean {
  return charactersOf(list.map(({ description }) => description)) + more <= MAX_LIST_CHARACTERS
}

function bareList<D extends Pick<Listable, 'description'>>(
  described: readonly D[],
  more: number,
): readonly D[] {
  const bare = described.map((one) => {
    const { outputSchema: _, ...description } = one.description
    return { ...one, description }
  })
  if (fits(bare, more)) return bare
  const untitled = bare.map((one) => {
    const { title: _, ...description } = one.description
    return { ...one, description }
  })
  return fits(untitled, more) ? untitled : describedOnce(untitled)
}

/** An argument that several tools take is described where it comes first. */
function describedOnce<D extends Pick<Listable, 'description'>>(described: readonly D[]): readonly D[] {
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
  described: readonly Pick<Listable, 'description'>[],
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
