import type * as z from 'zod'
import type { SessionStore } from '../session/session-store.ts'
import { type ApiRequest, errorOf, sendRequest, type Verb } from './send-request.ts'

/** The public API, as the person who is signed in. Every function throws ApiError. */
export interface Api {
  /** A JSON answer, checked against `schema`. */
  read<T>(request: ApiRequest, schema: z.ZodType<T>): Promise<T>
  /** A change whose answer nobody needs. */
  change(request: ApiRequest & { readonly verb: Exclude<Verb, 'GET'> }): Promise<void>
  /** The answer itself, for texts, files and headers; it is a success. */
  fetch(request: ApiRequest): Promise<Response>
}

/** Requests wait where the session has to be renewed, and then go on. */
export function createApi(session: SessionStore): Api {
  async function answer(request: ApiRequest): Promise<Response> {
    const token = session.token()
    const response = await sendRequest(request, token)
    if (response.status !== 401 || token === undefined) return response
    return await sendRequest(request, await session.renewed(token))
  }

  async function success(request: ApiRequest): Promise<Response> {
    const response = await answer(request)
    if (!response.ok) throw await errorOf(response)
    return response
  }

  return {
    async read(request, schema) {
      return schema.parse(await (await success(request)).json())
    },
    async change(request) {
      await success(request)
    },
    fetch: success,
  }
}
