import { accountPaths } from './account-paths.ts'
import type { Paths } from './describe-call.ts'
import type { DocumentNames } from './document-names.ts'
import { objectOf, TEXT } from './json-schema.ts'
import { SYSTEM, systemCall } from './system-call.ts'

/** What is open to everybody, or to whoever has an account. */
export function systemOpenPaths({
  names,
  prefix,
}: {
  readonly names: DocumentNames
  readonly prefix: string
}): Paths {
  return {
    ...accountPaths('admin', SYSTEM, { names, prefix: `${prefix}/admin` }),
    [`${prefix}/setup`]: {
      get: systemCall({
        id: names.operation('get', SYSTEM, 'Setup'),
        summary: 'Whether the first administrator is missing',
        isOpen: true,
        answer: objectOf(
          {
            is_required: { type: 'boolean' },
            needs_code: { type: 'boolean' },
            least_password: { type: 'integer', description: 'Characters.' },
          },
          ['is_required'],
        ),
      }),
      post: systemCall({
        id: names.operation('create', SYSTEM, 'FirstAdministrator'),
        summary: 'Make the first administrator',
        description: 'Only while there is none, with the code that the server printed at its start.',
        isOpen: true,
        status: 201,
        body: objectOf({ email: TEXT, password: TEXT, name: TEXT, setup_code: TEXT }, [
          'email',
          'password',
          'setup_code',
        ]),
        answer: objectOf({ success: { type: 'boolean' } }, ['success']),
      }),
    },
    [`${prefix}/environment`]: {
      get: systemCall({
        id: names.operation('get', SYSTEM, 'Environment'),
        summary: 'What a login page needs',
        isOpen: true,
        answer: objectOf({ authentication: { type: 'object' } }, ['authentication']),
      }),
    },
  }
}
