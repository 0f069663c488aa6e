import type { FastifyReply, FastifyRequest } from 'fastify'
import { serviceAt } from '../access/oauth/resource-address.ts'
import { ownScopes, scopesOf } from '../access/oauth/scopes.ts'
import type { AuthorizationDeps } from './deps.ts'
import type { ClientShown } from './pages/consent-page.ts'
import type { Provider } from './provider.ts'

export type StepRequest = FastifyRequest<{ Params: { readonly uid: string } }>

/** One step of a sign-in, as the browser that brought its cookie asks for it. */
export interface Step {
  readonly provider: Provider
  readonly uid: string
  readonly prompt: string
  readonly accountId: string | undefined
  readonly clientId: string
  readonly client: ClientShown
  readonly resource: string
  /** Null: all of them. */
  readonly service: string | null
  readonly scopes: readonly string[]
  readonly wantsIdentity: boolean
}

/** Undefined for a browser that has no cookie of this step, or a step that is over. */
export async function stepOf(
  provider: Provider,
  request: StepRequest,
  reply: FastifyReply,
  { baseUrl }: AuthorizationDeps,
): Promise<Step | undefined> {
  const details = await provider.interactionDetails(request.raw, reply.raw).catch(ifOver)
  if (!details || details.uid !== request.params.uid) return undefined
  const { params, prompt, session } = details
  const clientId = String(params.client_id)
  const client = await provider.Client.find(clientId)
  const resource = String(params.resource ?? '')
  const service = serviceAt(baseUrl, resource)
  if (!client || service === undefined) return undefined
  const asked = String(params.scope ?? '').split(' ')
  return {
    provider,
    uid: details.uid,
    prompt: prompt.name,
    accountId: session?.accountId,
    clientId,
    client: {
      name: nameOf(client.clientName, clientId),
      id: URL.canParse(clientId) ? new URL(clientId).href : clientId,
      redirectUri: String(params.redirect_uri),
    },
    resource,
    service,
    // Of other addresses, such as a client may ask for beside these, there is nothing to allow.
    scopes: ownScopes(asked).filter((scope) => service === null || scopesOf(service).includes(scope)),
    wantsIdentity: asked.includes('openid'),
  }
}

/** Of those that are on, what the step is about. */
export function servicesOf(
  { service, scopes }: Step,
  { serviceNames }: AuthorizationDeps,
): readonly string[] {
  if (service !== null) return [service]
  const named = new Set(scopes.map((scope) => scope.split(':')[0]))
  return serviceNames().filter((name) => named.has('*') || named.has(name.toLowerCase()))
}

/** Another failure is none of the browser's. */
function ifOver(thrown: unknown): undefined {
  if (!(thrown instanceof Error) || thrown.name !== 'SessionNotFound') throw thrown
}

/** What a client calls itself, short enough for a heading; without characters that cannot be seen or turn the others around. */
function nameOf(name = '', id: string): string {
  const plain = name.replaceAll(/[\p{C}\s]+/gu, ' ').trim()
  return [...(plain || id)].slice(0, 80).join('')
}
