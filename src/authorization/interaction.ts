import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { toAppError } from '../core/errors.ts'
import type { AuthorizationDeps } from './deps.ts'
import { nameAs } from './own-address.ts'
import { consentPage } from './pages/consent-page.ts'
import { errorPage } from './pages/error-page.ts'
import { pagePolicy, STYLE_PATH } from './pages/layout.ts'
import { signInPage } from './pages/sign-in-page.ts'
import { PATHS, type Provider } from './provider.ts'
import { type Step, type StepRequest, servicesOf, stepOf } from './step.ts'

/** The pages between a program's request and its answer: signing in, and saying yes or no. Forms only, no script. */
export function registerInteraction(
  scope: FastifyInstance,
  provider: () => Promise<Provider>,
  deps: AuthorizationDeps,
): void {
  const path = `${PATHS.interaction}/:uid`
  const handle = (
    url: string,
    method: 'GET' | 'POST',
    work: (step: Step, request: StepRequest, reply: FastifyReply) => Promise<FastifyReply>,
  ) =>
    scope.route<{ Params: { readonly uid: string } }>({
      method,
      url,
      exposeHeadRoute: false,
      async handler(request, reply) {
        nameAs(deps.baseUrl, request)
        const step = await stepOf(await provider(), request, reply, deps)
        const isOurs = method === 'GET' || formOf(request).get('token') === deps.formToken(request.params.uid)
        if (step && isOurs) return work(step, request, reply)
        return sendPage(reply.code(400), errorPage({ ...EXPIRED, styleUrl: styleUrl(deps) }))
      },
    })
  handle(path, 'GET', (step, _request, reply) => showStep(step, reply, deps))
  handle(`${path}/sign-in`, 'POST', (step, request, reply) => signIn(step, request, reply, deps))
  handle(`${path}/allow`, 'POST', (step, request, reply) => allow(step, request, reply, deps))
  handle(`${path}/refuse`, 'POST', (step, request, reply) =>
    finish(step, request, reply, { error: 'access_denied', error_description: 'The person said no.' }),
  )
}

const EXPIRED = {
  code: 'expired',
  description: 'This page is out of date, or was opened in another browser.',
} as const

async function showStep(step: Step, reply: FastifyReply, deps: AuthorizationDeps): Promise<FastifyReply> {
  return step.prompt === 'login' ? showSignIn(step, reply, deps) : showConsent(step, reply, deps)
}

function showSignIn(
  step: Step,
  reply: FastifyReply,
  deps: AuthorizationDeps,
  failed?: { readonly email: string; readonly problem: string },
): FastifyReply {
  const { name: client, redirectUri } = step.client
  return sendPage(reply, signInPage({ ...formFor(step, deps), client, ...failed }), redirectUri)
}

function showConsent(
  step: Step,
  reply: FastifyReply,
  deps: AuthorizationDeps,
  problem?: string,
): FastifyReply {
  const { accountId = '', client, scopes } = step
  const hasRead = scopes.some((scope) => scope.endsWith(':read'))
  const shown = {
    ...formFor(step, deps),
    client,
    account: deps.accountName(accountId),
    offers: deps.offersTo(accountId, servicesOf(step, deps)),
    // What changes data is for the person to add.
    scopes: scopes.map((scope) => ({ scope, isChosen: !hasRead || scope.endsWith(':read') })),
    problem,
  }
  return sendPage(reply, consentPage(shown), client.redirectUri)
}

async function signIn(
  step: Step,
  request: StepRequest,
  reply: FastifyReply,
  deps: AuthorizationDeps,
): Promise<FastifyReply> {
  const form = formOf(request)
  const email = form.get('email') ?? ''
  const again = (status: number, problem: string) =>
    showSignIn(step, reply.code(status), deps, { email, problem })
  if (step.prompt !== 'login') return showStep(step, reply, deps)
  try {
    const user = await deps.signIn({ email, password: form.get('password') ?? '', address: request.ip })
    if (!user) return again(403, 'The e-mail address or the password is not right.')
    return await finish(step, request, reply, { login: { accountId: String(user.id) } })
  } catch (thrown) {
    const error = toAppError(thrown)
    if (error.code !== 'too_many_requests') throw error
    return again(429, error.hint ?? error.message)
  }
}

async function allow(
  step: Step,
  request: StepRequest,
  reply: FastifyReply,
  deps: AuthorizationDeps,
): Promise<FastifyReply> {
  const { provider, accountId, clientId, client, resource } = step
  if (step.prompt !== 'consent' || accountId === undefined) return showStep(step, reply, deps)
  const form = formOf(request)
  const offers = deps.offersTo(accountId, servicesOf(step, deps))
  const offer = offers.find(({ appId }) => String(appId ?? '') === form.get('app'))
  const ticked = form.getAll('scope')
  const chosen = step.scopes.filter((scope) => ticked.includes(scope))
  if (!offer) return showConsent(step, reply.code(400), deps, 'Choose one of your roles.')
  if (chosen.length === 0)
    return showConsent(step, reply.code(400), deps, 'Choose what it may do, or cancel.')
  const grant = new provider.Grant({ accountId, clientId })
  grant.addResourceScope(resource, chosen.join(' '))
  grant.rejectResourceScope(resource, step.scopes.filter((scope) => !chosen.includes(scope)).join(' '))
  if (step.wantsIdentity) grant.addOIDCScope('openid')
  const grantId = await grant.save()
  const { appId } = offer
  const to = { clientId, clientName: client.name, resource, scopes: chosen }
  await deps.keepNote({ userId: Number(accountId), grantId, appId, ...to })
  deps.onConnected({ accountId, appId, client: clientId, scopes: chosen })
  return finish(step, request, reply, { consent: { grantId } })
}

type Result = Parameters<Provider['interactionResult']>[2]

async function finish(
  { provider }: Step,
  { raw }: StepRequest,
  reply: FastifyReply,
  result: Result,
): Promise<FastifyReply> {
  const address = await provider.interactionResult(raw, reply.raw, result, { mergeWithLastSubmission: true })
  return reply.header('cache-control', 'no-store').redirect(address, 303)
}

function formFor({ uid }: Step, deps: AuthorizationDeps) {
  const action = `${deps.baseUrl}${PATHS.interaction}/${uid}`
  return { action, token: deps.formToken(uid), styleUrl: styleUrl(deps) }
}

function styleUrl({ baseUrl }: AuthorizationDeps): string {
  return `${baseUrl}${STYLE_PATH}`
}

function formOf({ body }: FastifyRequest): URLSearchParams {
  return new URLSearchParams(typeof body === 'string' ? body : '')
}

function sendPage(reply: FastifyReply, page: string, redirectUri?: string): FastifyReply {
  return (
    reply
      .header('content-security-policy', pagePolicy(redirectUri))
      .header('cache-control', 'no-store')
      // With less, browsers hide the origin of a form, and it would be refused as a stranger's.
      .header('referrer-policy', 'same-origin')
      .type('text/html; charset=utf-8')
      .send(page)
  )
}
