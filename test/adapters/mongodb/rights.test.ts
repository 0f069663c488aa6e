import { expect, test } from 'vitest'
import { calm } from '../../contract/scene.ts'
import { useWire } from './wire-scene.ts'
import { type Command, failure } from './wire-server.ts'

const wire = useWire()

async function notes(answer: Command, more: object = {}): Promise<string> {
  const server = await wire.serve({
    answer: (_, name) => (name === 'connectionStatus' ? answer : undefined),
  })
  const adapter = await wire.open(server.port, more)
  const told = (await adapter.notes?.(calm))?.join('\n') ?? ''
  expect(server.heard).toContainEqual(
    expect.objectContaining({ connectionStatus: 1, showPrivileges: true, $db: 'admin' }),
  )
  return told
}

/** As https://www.mongodb.com/docs/manual/reference/command/connectionStatus/ has it. */
function signedIn(
  roles: readonly string[],
  privileges?: readonly (readonly [object, readonly string[]])[],
): Command {
  return {
    authInfo: {
      authenticatedUsers: [{ user: 'sluice_reader', db: 'shop' }],
      authenticatedUserRoles: roles.map((role) => ({ role, db: 'shop' })),
      ...(privileges && {
        authenticatedUserPrivileges: privileges.map(([resource, actions]) => ({ resource, actions })),
      }),
    },
    ok: 1,
  }
}
const OWN = { db: 'shop', collection: '' }
const READS = ['find', 'listCollections', 'listIndexes', 'killCursors']
const WRITES = [...READS, 'insert', 'update', 'remove', 'createIndex']

test('a user of its own database with what it needs: nothing to say', async () => {
  expect(await notes(signedIn(['readWrite'], [[OWN, WRITES]]))).toBe('')
})

test.each(['root', 'dbOwner', 'userAdminAnyDatabase', '__system'])(
  'the role %s is too much',
  async (role) => {
    expect(await notes(signedIn([role], [[OWN, WRITES]]))).toContain(`has the role ${role}`)
  },
)

test.each([
  ['anyResource', { anyResource: true }, ['anyAction']],
  ['grantRole', OWN, [...READS, 'grantRole']],
])('a role of their own with %s is as much', async (_, resource, actions) => {
  expect(await notes(signedIn(['clever'], [[resource, actions]]))).toContain('has every right')
})

test.each([
  [{ db: 'payroll', collection: '' }, "other databases ('payroll')"],
  [{ db: '', collection: '' }, 'every database'],
])('rights beyond the database are told: %j', async (resource, words) => {
  const told = await notes(
    signedIn(
      ['readWrite'],
      [
        [OWN, WRITES],
        [resource, ['find']],
      ],
    ),
  )
  expect(told).toContain(words)
})

test('a service that only reads tells what its user could write', async () => {
  const told = await notes(signedIn(['readWrite'], [[OWN, WRITES]]), { read_only: true })
  expect(told).toContain('could insert, update, remove, createIndex: give the service one with the role read')
})

test('a service that only reads, with a user who may do no more', async () => {
  const told = await notes(signedIn(['read'], [[OWN, READS]]), { read_only: true })
  expect(told).toContain('no right to change documents')
})

test('nobody signed in', async () => {
  const told = await notes({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] }, ok: 1 })
  expect(told).toContain('not signed in')
})

test('a server that tells roles and no rights', async () => {
  expect(await notes(signedIn(['read']), { read_only: true })).toContain('has the roles read')
  expect(await notes(signedIn(['read']))).toBe('')
})

test.each([
  [59, 'CommandNotFound'],
  [13, 'Unauthorized'],
])('a server that does not tell (%i) is no failure', async (code, name) => {
  expect(await notes(failure(code, name))).toBe('')
  expect(await notes(failure(code, name), { read_only: true })).toContain(
    'does not tell what the user could do',
  )
})
