import { z } from 'zod'
import type { CallOptions } from '../../../src/core/database/adapter.ts'
import { toAppError } from '../../../src/core/errors.ts'
import type { Calls } from './calls.ts'

const named = z.object({ role: z.string().catch('') })
const privilege = z.object({
  resource: z.object({
    db: z.string().optional(),
    anyResource: z.boolean().optional(),
    cluster: z.boolean().optional(),
  }),
  actions: z.array(z.string()),
})

/** https://www.mongodb.com/docs/manual/reference/command/connectionStatus/ */
const status = z.object({
  authInfo: z.object({
    authenticatedUsers: z.array(z.unknown()).default([]),
    authenticatedUserRoles: z.array(named).default([]),
    authenticatedUserPrivileges: z.array(privilege).optional(),
  }),
})
type Status = z.output<typeof status>['authInfo']

/** What the user of the service could do beyond what it is for, for who looks after the service. */
export async function notesOnRights(
  calls: Calls,
  isReadOnly: boolean,
  options: CallOptions,
): Promise<readonly string[]> {
  const told = await readStatus(calls, options)
  if (!told) return isReadOnly ? [`${NO_READ_ONLY} The server does not tell what the user could do.`] : []
  if (told.authenticatedUsers.length === 0)
    return [
      'The connection is not signed in: if the server asks for no user, everybody who can reach it can read and change everything.',
    ]
  const root = told.authenticatedUserRoles.map(({ role }) => role).find((role) => ROOT.has(role))
  if (root !== undefined || ownsEverything(told))
    return [
      `${isReadOnly ? `${NO_READ_ONLY} ` : ''}The user ${root === undefined ? 'has every right' : `has the role ${root}`}: give the service a user with ${isReadOnly ? 'read' : 'readWrite'} on its database alone.`,
    ]
  return [...beyond(told, calls.database), ...(isReadOnly ? [writes(told, calls.database)] : [])]
}

/** https://www.mongodb.com/docs/manual/reference/built-in-roles/: with these a user can make any right their own. */
const ROOT: ReadonlySet<string> = new Set([
  'root',
  '__system',
  'restore',
  'userAdmin',
  'userAdminAnyDatabase',
  'dbOwner',
  'dbAdminAnyDatabase',
  'readWriteAnyDatabase',
  'atlasAdmin',
])

function ownsEverything({ authenticatedUserPrivileges = [] }: Status): boolean {
  return authenticatedUserPrivileges.some(
    ({ resource, actions }) => resource.anyResource === true || actions.includes('grantRole'),
  )
}

const CHANGES = ['insert', 'update', 'remove', 'createCollection', 'dropCollection', 'collMod', 'createIndex']

/** Documents of other databases that the user could read or change. An empty name is every database. */
function beyond({ authenticatedUserPrivileges = [] }: Status, database: string): readonly string[] {
  const others = authenticatedUserPrivileges.filter(
    ({ resource: { db }, actions }) =>
      db !== undefined &&
      db !== database &&
      actions.some((action) => action === 'find' || CHANGES.includes(action)),
  )
  const isEvery = others.some(({ resource }) => resource.db === '')
  const names = [...new Set(others.map(({ resource }) => `'${resource.db}'`))].toSorted()
  if (names.length === 0) return []
  return [
    `The user has rights on ${isEvery ? 'every database' : `other databases (${names.join(', ')})`}: the service needs them on '${database}' alone.`,
  ]
}

function writes({ authenticatedUserPrivileges, authenticatedUserRoles }: Status, database: string): string {
  if (!authenticatedUserPrivileges)
    return `${NO_READ_ONLY} The user has the roles ${authenticatedUserRoles.map(({ role }) => role).join(', ')}.`
  const own = authenticatedUserPrivileges.filter(({ resource: { db } }) => db === database || db === '')
  const could = CHANGES.filter((action) => own.some(({ actions }) => actions.includes(action)))
  return could.length === 0
    ? `${NO_READ_ONLY} The user has no right to change documents, either.`
    : `${NO_READ_ONLY} The user could ${could.join(', ')}: give the service one with the role read.`
}

const NO_READ_ONLY =
  'MongoDB has no session that refuses changes: only that Sluice sends none keeps this service from writing.'

/** Servers of the protocol that do not know the command, or forbid it, tell nothing. */
async function readStatus(calls: Calls, options: CallOptions): Promise<Status | undefined> {
  try {
    const answer = await calls.run(options, ({ db, reading }) =>
      db.admin().command({ connectionStatus: 1, showPrivileges: true }, reading),
    )
    return status.safeParse(answer).data?.authInfo
  } catch (error) {
    const known = toAppError(error)
    if (['not_supported', 'forbidden', 'bad_request', 'internal'].includes(known.code)) return undefined
    throw known
  }
}
