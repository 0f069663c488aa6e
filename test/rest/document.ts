import { z } from 'zod'

/** As much of an OpenAPI document as tests look at. */
export interface Described {
  readonly openapi: string
  readonly servers: readonly { readonly url: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedCall>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly enum?: readonly unknown[]
  readonly type?: unknown
  readonly readOnly?: boolean
  readonly required?: readonly string[]
}

interface DescribedCall {
  readonly operationId: string
  readonly parameters?: readonly { readonly name?: string; readonly in?: string; readonly schema?: Schema }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >
}

export interface Call {
  readonly path: string
  readonly verb: string
  readonly described: DescribedCall
}

/** Every call, reads first and deletions last. */
export function callsIn({ paths }: Described): Call[] {
  const order = ['get', 'post', 'put', 'patch', 'delete']
  return Object.entries(paths)
    .flatMap(([path, calls]) =>
      Object.entries(calls).map(([verb, described]) => ({ path, verb: verb.toUpperCase(), described })),
    )
    .toSorted((a, b) => order.indexOf(a.verb.toLowerCase()) - order.indexOf(b.verb.toLowerCase()))
}

/** What is wrong with an answer by the schema of the document; empty when nothing is. */
export function problemsOf(
  document: Described,
  { described }: Call,
  status: number,
  body: unknown,
): string[] {
  const content = described.responses[String(status)]?.content
  const schema = content?.['application/json']?.schema
  if (!schema) return [`status ${status} is not described`]
  const parsed = checkOf(document, schema).safeParse(body)
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
}

/** Schemas of a document as JSON Schema with its definitions beside it. */
function checkOf({ components }: Described, schema: Schema): z.ZodType {
  const text = JSON.stringify({ ...schema, $defs: components.schemas })
  return z.fromJSONSchema(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')))
}
