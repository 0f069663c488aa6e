import * as z from 'zod'

/** An answer that is no success, in the words of the API (docs/rest.md). */
export class ApiError extends Error {
  /** HTTP; 0 when no answer came. */
  readonly status: number
  readonly hint: string | undefined
  /** What the API says beside the message. */
  readonly context: unknown

  constructor(message: string, options: { status: number; hint?: string | undefined; context?: unknown }) {
    super(message)
    this.status = options.status
    this.hint = options.hint
    this.context = options.context
  }

  /** What is wrong with which field, of a record that was refused. */
  get fieldProblems(): Readonly<Record<string, string>> {
    const single = problemsByField.safeParse(this.context)
    if (single.success) return firstOf(single.data)
    const batch = problemsOfRecords.safeParse(this.context)
    const record = batch.success
      ? batch.data.resource.find((one) => problemsByField.safeParse(one.context).success)
      : undefined
    const problems = problemsByField.safeParse(record?.context)
    return problems.success ? firstOf(problems.data) : {}
  }
}

const problemsByField = z.record(z.string(), z.array(z.string()).min(1))
const problemsOfRecords = z.object({ resource: z.array(z.object({ context: z.unknown() })) })

/** Body of an error. */
export const errorBody = z.object({
  error: z.object({ message: z.string(), hint: z.string().optional(), context: z.unknown() }),
})

const oneRecord = z.object({ resource: z.tuple([z.object({ message: z.string() })]) })

/** Of a batch of one record, what is wrong with that; undefined for everything else. */
export function messageOfOnlyRecord(context: unknown): string | undefined {
  const found = oneRecord.safeParse(context)
  return found.success ? found.data.resource[0].message : undefined
}

function firstOf(problems: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  return Object.fromEntries(Object.entries(problems).map(([field, [first = '']]) => [field, first]))
}

/** Any thrown value as words to show. */
export function wordsOf(error: unknown): { readonly message: string; readonly hint: string | undefined } {
  if (error instanceof ApiError) return { message: error.message, hint: error.hint }
  if (error instanceof z.ZodError) {
    return {
      message: 'The server answered something this page does not understand.',
      hint: `Reload the page; if that does not help, page and server are of different versions. (${error.issues[0]?.path.join('.')}: ${error.issues[0]?.message})`,
    }
  }
  return { message: error instanceof Error ? error.message : String(error), hint: undefined }
}
