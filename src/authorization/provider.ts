import type { Configuration, errors, default as Provider } from 'oidc-provider'
import { ACCESS_TOKEN_SECONDS, type OwnClaims } from '../access/oauth/own-issuer.ts'
import { resourceAddress, serviceAt } from '../access/oauth/resource-address.ts'
import { ownScopes, scopesOf } from '../access/oauth/scopes.ts'
import { type ClientFetch, createClientFetch } from './client-fetch.ts'
import { completeMetadata, problemWith } from './client-metadata.ts'
import type { AuthorizationDeps } from './deps.ts'
import { errorPage } from './pages/error-page.ts'
import { pagePolicy, STYLE_PATH } from './pages/layout.ts'
import { recordAdapter } from './record-adapter.ts'
import { provideUrlParse } from './url-parse.ts'

export type { Provider }

export const PATHS = {
  authorization: '/oauth/authorize',
  token: '/oauth/token',
  revocation: '/oauth/revoke',
  registration: '/oauth/register',
  jwks: '/oauth/jwks',
  interaction: '/oauth/interaction',
} as const

const MINUTE = 60
const DAY = 24 * 60 * MINUTE
/** Seconds that each thing lives. */
const TTL = {
  AccessToken: ACCESS_TOKEN_SECONDS,
  AuthorizationCode: MINUTE,
  Interaction: 15 * MINUTE,
  Session: 15 * MINUTE,
  // From its last use; the grant ends it in any case.
  RefreshToken: 30 * DAY,
  Grant: 90 * DAY,
  IdToken: 5 * MINUTE,
}

/** Answers come as parts of an address. */
const RESPONSE_MODES = ['query']

/** The authorization server itself; its library is loaded here and nowhere else. */
export async function createProvider(deps: AuthorizationDeps): Promise<Provider> {
  provideUrlParse()
  const { Provider, errors } = await import('oidc-provider')
  const clientFetch = createClientFetch(deps, () => Provider.ctx)
  const provider = new Provider(deps.baseUrl, {
    ...configuration(deps),
    fetch: (url) => clientFetch.fetch(String(url)),
    extraClientMetadata: {
      properties: ['redirect_uris'],
      validator(_ctx, _key, _value, metadata) {
        const problem = problemWith(metadata)
        if (problem !== undefined) throw new errors.InvalidClientMetadata(problem)
      },
    },
    features: {
      ...features(deps, clientFetch),
      resourceIndicators: resources(deps, errors),
    },
  })
  // The library tells what it can, clients are held to less.
  provider.use(async (ctx, next) => {
    await next()
    if (ctx.oidc?.route === 'discovery') Object.assign(ctx.body, { response_modes_supported: RESPONSE_MODES })
  })
  // Its addresses come from the headers that we set, never from those of a request.
  provider.proxy = true
  provider.on('server_error', (_ctx, error) => deps.logError(error))
  return provider
}

function configuration(deps: AuthorizationDeps): Configuration {
  const { records, key, cookieKey, noteOf, holds, endGrant } = deps
  const cookie = { httpOnly: true, sameSite: 'lax', signed: true } as const
  return {
    adapter: (kind: string) => recordAdapter(kind, { records, holds, endGrant }),
    jwks: { keys: [key.jwk] },
    clients: deps.clients.map((client) => ({
      ...completeMetadata({
        client_id: client.clientId,
        client_name: client.name,
        redirect_uris: client.redirectUris,
        token_endpoint_auth_method: client.secret === undefined ? 'none' : 'client_secret_basic',
        ...(client.secret !== undefined && { client_secret: client.secret }),
      }),
      client_id: client.clientId,
    })),
    clientDefaults: {
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      id_token_signed_response_alg: 'ES256',
    },
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    responseTypes: ['code'],
    scopes: ['openid'],
    pkce: { required: () => true },
    routes: {
      authorization: PATHS.authorization,
      token: PATHS.token,
      revocation: PATHS.revocation,
      registration: PATHS.registration,
      jwks: PATHS.jwks,
    },
    interactions: { url: (_ctx, { uid }) => `${deps.baseUrl}${PATHS.interaction}/${uid}` },
    cookies: {
      keys: [cookieKey],
      names: { session: 'sluice_oauth', interaction: 'sluice_oauth_step', resume: 'sluice_oauth_resume' },
      long: cookie,
      short: cookie,
    },
    ttl: TTL,
    clientBasedCORS: () => false,
    fetchResponseBodyLimits: { 'client_id metadata document': 32 * 1024, jwks_uri: 32 * 1024 },
    findAccount: async (_ctx, sub) => {
      const accountId = deps.isActive(sub) ? sub : undefined
      return accountId === undefined ? undefined : { accountId, claims: async () => ({ sub }) }
    },
    // Whoever connects again is asked again: nobody can come back in the name of another program.
    loadExistingGrant: async ({ oidc }) => {
      const grantId = oidc.result?.consent?.grantId
      return grantId === undefined ? undefined : await oidc.provider.Grant.find(grantId)
    },
    expiresWithSession: async () => false,
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    extraTokenClaims: async (
      _ctx,
      token,
    ): Promise<{ readonly [K in keyof OwnClaims]: OwnClaims[K] } | undefined> => {
      const grant = 'grantId' in token ? token.grantId : undefined
      const note = grant === undefined ? undefined : await noteOf(grant)
      if (grant === undefined || !note) return undefined
      return { user_id: note.userId, app_id: note.appId, cred: note.mark, grant }
    },
    renderError: (ctx, { error, error_description: description }) => {
      ctx.type = 'html'
      ctx.body = errorPage({ code: error, description, styleUrl: `${deps.baseUrl}${STYLE_PATH}` })
      ctx.set('content-security-policy', pagePolicy())
    },
  }
}

function features(
  { allowsRegistration }: AuthorizationDeps,
  { mayFetchDocument }: ClientFetch,
): Configuration['features'] {
  return {
    devInteractions: { enabled: false },
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    userinfo: { enabled: false },
    revocation: { enabled: true },
    registration: { enabled: allowsRegistration, issueRegistrationAccessToken: false },
    clientIdMetadataDocument: {
      enabled: true,
      ack: 'draft-02',
      allowFetch: mayFetchDocument,
    },
  }
}

/** RFC 8707: tokens are for one address of this server, and their scopes those of that. */
function resources(
  { baseUrl, serviceNames }: AuthorizationDeps,
  { InvalidTarget, InvalidScope }: Pick<typeof errors, 'InvalidTarget' | 'InvalidScope'>,
): NonNullable<Configuration['features']>['resourceIndicators'] {
  return {
    enabled: true,
    // Clients of before RFC 8707 say it by their scopes.
    defaultResource(ctx, _client, oneOf) {
      if (oneOf) return oneOf
      const services = new Set(ownScopes(String(ctx.oidc.params?.scope ?? '').split(' ')).map(serviceOf))
      const [only] = services
      return resourceAddress(baseUrl, services.size === 1 && only !== '*' ? only : undefined)
    },
    getResourceServerInfo({ oidc: { route, params } }, address) {
      const service = serviceAt(baseUrl, address)
      if (service === undefined || Array.isArray(params?.resource)) throw new InvalidTarget()
      const scopes = service === null ? [undefined, ...serviceNames()].flatMap(scopesOf) : scopesOf(service)
      const asked = ownScopes(String(params?.scope ?? '').split(' '))
      // Which services there are, nobody learns before they sign in.
      if (route === 'authorization' && service !== null && !asked.some((scope) => scopes.includes(scope)))
        throw new InvalidScope('none of the requested scopes is one of the resource', asked.join(' '))
      return {
        audience: resourceAddress(baseUrl, service ?? undefined),
        scope: scopes.join(' '),
        accessTokenTTL: ACCESS_TOKEN_SECONDS,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      }
    },
    useGrantedResource: () => true,
  }
}

function serviceOf(scope: string): string {
  return scope.split(':')[0] ?? ''
}
