import { ApiError, errorBody, messageOfOnlyRecord } from './api-error.ts'

export type Verb = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export type QueryValue = string | number | boolean | undefined

export interface ApiRequest {
  readonly verb?: Verb
  /** Below `/api/v2/`, its segments encoded where they need to be. */
  readonly path: string
  readonly query?: Readonly<Record<string, QueryValue>>
  /** Sent as JSON; with another `contentType` a text or a file as it is. */
  readonly body?: unknown
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
}

/** The address of a request on this server. */
function addressOf({ path, query = {} }: ApiRequest): string {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  )
  const text = new URLSearchParams(given).toString()
  return `/api/v2/${path}${text === '' ? '' : `?${text}`}`
}

/** The answer as it came, whatever its status. Throws ApiError when none came. */
export async function sendRequest(request: ApiRequest, token?: string): Promise<Response> {
  const { verb = 'GET', body, contentType = 'application/json', headers = {}, signal } = request
  try {
    return await fetch(addressOf(request), {
      method: verb,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': contentType }),
        ...(token !== undefined && { 'x-dreamfactory-session-token': token }),
        ...headers,
      },
      ...(body !== undefined && {
        body: contentType === 'application/json' ? JSON.stringify(body) : asItIs(body),
      }),
      ...(signal && { signal }),
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ApiError('The server does not answer.', {
      status: 0,
      hint: 'Check that it is running and that this machine reaches it, then try again.',
    })
  }
}

function asItIs(body: unknown): string | Blob {
  return body instanceof Blob ? body : String(body)
}

/** The error an answer tells. */
export async function errorOf(response: Response): Promise<ApiError> {
  const { status, statusText } = response
  const body = errorBody.safeParse(await response.json().catch(() => undefined))
  if (!body.success)
    return new ApiError(`The server answered ${[status, statusText].join(' ').trim()}.`, { status })
  const { message, hint, context } = body.data.error
  return new ApiError(messageOfOnlyRecord(context) ?? message, { status, hint, context })
}
