import type { AccountKind } from '../../access/sessions.ts'
import type { AccessPolicy } from '../../core/policy.ts'
import { connectionPaths } from './connection-paths.ts'
import { customPaths } from './custom-paths.ts'
import { describeCall, type Part, type Paths, schemaRef } from './describe-call.ts'
import type { DocumentNames } from './document-names.ts'
import { type JsonSchema, objectOf, TEXT, wrapped } from './json-schema.ts'

interface Surroundings {
  readonly names: DocumentNames
  /** In front of every path: empty, `/user` or `/system`. */
  readonly prefix: string
}

/** The service of people who sign in: whoever has an account may use it, whatever the role, but for custom values. */
export function userPart(surroundings: Surroundings, policy: AccessPolicy): Part {
  const tag = { name: 'user', description: 'Sessions, profiles and passwords of users.' }
  const paths = {
    ...accountPaths('user', tag.name, surroundings),
    ...browserPaths(tag.name, surroundings),
    ...(policy.decide('user', '', 'GET').allowed && rootPath(surroundings)),
    ...customPaths(tag.name, { ...surroundings, policy }),
    ...(policy.decide('user', '_spec', 'GET').allowed && specPath(surroundings)),
  }
  return { paths, schemas: {}, tag }
}

function rootPath({ names, prefix }: Surroundings): Paths {
  const id = names.operation('list', 'user', 'Resources')
  return {
    [`${prefix}/`]: { get: describeCall({ id, tag: 'user', summary: 'What can be asked', answer: ROOT }) },
  }
}

const ROOT: JsonSchema = wrapped(objectOf({ name: TEXT }, ['name']))

function specPath({ names, prefix }: Surroundings): Paths {
  const answer = { type: 'object', required: ['openapi', 'info'] }
  const id = names.operation('get', 'user', 'Spec')
  return {
    [`${prefix}/_spec`]: { get: describeCall({ id, tag: 'user', summary: 'This document', answer }) },
  }
}

/** `session`, `profile`, `password` of users or administrators, `register` of users. */
export function accountPaths(kind: AccountKind, tag: string, { names, prefix }: Surroundings): Paths {
  const id = (verb: string, what: string) => names.operation(verb, kind, what)
  const session = { tag, answer: schemaRef('Session') }
  const done = { tag, answer: DONE }
  return {
    [`${prefix}/session`]: {
      post: describeCall({
        ...session,
        id: id('open', 'session'),
        summary: 'Sign in',
        isOpen: true,
        body: SIGN_IN,
      }),
      get: describeCall({ ...session, id: id('get', 'session'), summary: 'The session' }),
      put: describeCall({ ...session, id: id('refresh', 'session'), summary: 'A new token for the old one' }),
      delete: describeCall({ ...done, id: id('close', 'session'), summary: 'Sign out' }),
    },
    [`${prefix}/profile`]: {
      get: describeCall({
        tag,
        id: id('get', 'profile'),
        summary: 'Your profile',
        answer: objectOf({ ...NAMES, ...DEFAULT_APP, oauth_provider: TEXT, adldap: TEXT }),
      }),
      patch: describeCall({
        ...done,
        id: id('update', 'profile'),
        summary: 'Change your profile',
        description:
          'Another e-mail address, security question or answer needs current_password; another address ends the sessions there are.',
        body: objectOf({ ...NAMES, ...DEFAULT_APP, security_answer: SECRET, current_password: SECRET }),
      }),
    },
    [`${prefix}/password`]: {
      post: describeCall({
        ...done,
        id: id('change', 'password'),
        summary: 'Change your password, or replace a lost one',
        description:
          'With old_password, with the code that was sent, or with the answer to the security question. All sessions end; with login=true the answer has a new one. reset=true and an e-mail address have a code sent, or answer the question. Invitations and registrations are confirmed with their code in the same way.',
        parameters: [LOGIN, RESET],
        body: objectOf({
          old_password: SECRET,
          new_password: SECRET,
          code: SECRET,
          security_answer: SECRET,
          email: TEXT,
          username: TEXT,
        }),
        answer: objectOf({
          success: { type: 'boolean' },
          session_token: TEXT,
          security_question: TEXT,
        }),
      }),
    },
    ...connectionPaths(kind, tag, { names, prefix }),
    ...(kind === 'user' && {
      [`${prefix}/register`]: {
        post: describeCall({
          ...done,
          id: id('register', ''),
          summary: 'Make an account, where registration is open',
          description:
            'Where people have to confirm their address, a code is sent to it, and user/password takes it with the password.',
          isOpen: true,
          parameters: [LOGIN],
          body: objectOf({ ...NAMES, security_answer: SECRET, password: SECRET }, ['email']),
          answer: objectOf({
            success: { type: 'boolean' },
            session_token: TEXT,
            confirmation_required: { type: 'boolean' },
          }),
        }),
      },
    }),
  }
}

/** `browser_session`: of users and administrators alike. */
function browserPaths(tag: string, { names, prefix }: Surroundings): Paths {
  const id = (verb: string) => names.operation(verb, 'browser', 'session')
  const session = { tag, answer: schemaRef('Session'), isOpen: true }
  return {
    [`${prefix}/browser_session`]: {
      post: describeCall({
        ...session,
        id: id('open'),
        summary: 'Sign in with a web page of this server',
        description:
          'For users and administrators. The token holds for a quarter of an hour; what renews it comes as a cookie that scripts cannot read and only this address is sent. The request must come from a page of this server.',
        body: objectOf(CREDENTIALS, ['email', 'password']),
      }),
      put: describeCall({
        ...session,
        id: id('refresh'),
        summary: 'A new token, by the cookie',
        description: 'The cookie is replaced. One that was replaced before ends the session.',
      }),
      delete: describeCall({
        tag,
        isOpen: true,
        id: id('close'),
        summary: 'Sign out of this browser: its tokens end',
        answer: DONE,
      }),
    },
  }
}

const SECRET: JsonSchema = { type: 'string', format: 'password', writeOnly: true }
const TEXT_OR_NONE: JsonSchema = { type: ['string', 'null'] }
const LOGIN: JsonSchema = { name: 'login', in: 'query', schema: { type: 'boolean' } }
const RESET: JsonSchema = { name: 'reset', in: 'query', schema: { type: 'boolean' } }

const CREDENTIALS = { email: TEXT, password: SECRET, remember_me: { type: 'boolean' } } as const
const SIGN_IN = objectOf({ ...CREDENTIALS, duration: { type: 'integer', description: 'Minutes.' } }, [
  'email',
  'password',
])

/** With the token of a session that was opened on the way. */
const DONE = objectOf({ success: { type: 'boolean' }, session_token: TEXT }, ['success'])

/** What people say of themselves. */
const NAMES: Readonly<Record<string, JsonSchema>> = {
  username: TEXT,
  name: TEXT,
  email: TEXT,
  first_name: TEXT_OR_NONE,
  last_name: TEXT_OR_NONE,
  phone: TEXT_OR_NONE,
  security_question: TEXT_OR_NONE,
}

const DEFAULT_APP: Readonly<Record<string, JsonSchema>> = { default_app_id: { type: ['integer', 'null'] } }

/** For `#/components/schemas`. */
export const SESSION: JsonSchema = objectOf(
  {
    session_token: TEXT,
    session_id: TEXT,
    id: { type: 'integer' },
    name: TEXT,
    first_name: TEXT_OR_NONE,
    last_name: TEXT_OR_NONE,
    email: TEXT,
    is_sys_admin: { type: 'boolean' },
    last_login_date: TEXT,
    host: TEXT,
    token_expiry_date: TEXT,
    role: TEXT,
    role_id: { type: 'integer' },
  },
  ['session_token', 'id', 'email', 'is_sys_admin', 'token_expiry_date'],
)
