import { AppError, toAppError } from '../../core/errors.ts'
import type { Snapshot } from '../snapshot.ts'
import type { Asked, SystemApi } from '../system-api.ts'
import { asHouse } from './account-api.ts'
import type { SendCode } from './code-mail.ts'

const KINDS: ReadonlySet<string> = new Set(['user', 'admin'])

/**
 * The system API with `send_invite` for users and administrators (dreamfactory-rest §2.10): whoever is written gets a code
 * by e-mail, and cannot sign in before using it. New accounts whose message was not taken over are removed again.
 */
export function withInvitations(
  system: SystemApi,
  { snapshot, sendCode }: { readonly snapshot: () => Snapshot; readonly sendCode: SendCode },
): SystemApi {
  async function invite(ids: readonly number[]): Promise<readonly Failure[]> {
    const failures: Failure[] = []
    for (const id of ids) {
      const account = snapshot().userById.get(id)
      try {
        if (account) await sendCode('invite', account)
      } catch (error) {
        failures.push({ id, email: account?.email ?? '', error: toAppError(error) })
      }
    }
    return failures
  }

  return {
    ...system,
    async write(name, resource, { send_invite: wanted, ...input }, asked) {
      if (wanted !== true || name === 'remove') return await system.write(name, resource, input, asked)
      if (!KINDS.has(resource)) throw notInvited(resource)
      const withIds = { ...input, fields: fieldsWithId(input.fields), unconfirmed: true }
      const written = await writtenOf(() => system.write(name, resource, withIds, asked), input)
      const failures = await invite(written.rows.map(({ id }) => Number(id)))
      if (name === 'create') await remove(failures, resource, system, asked)
      if (failures.length > 0) throw notSent(failures)
      if (written.error) throw written.error
      return isIdShown(input.fields) ? written.rows : written.rows.map(({ id: _, ...row }) => row)
    },
  }
}

interface Failure {
  readonly id: number
  readonly email: string
  readonly error: AppError
}

type Rows = Awaited<ReturnType<SystemApi['write']>>

/** What was written, also by a batch of which another part failed. */
async function writtenOf(
  write: () => Promise<Rows>,
  { continue: goesOn }: { readonly [option: string]: unknown },
): Promise<{ readonly rows: Rows; readonly error?: AppError }> {
  try {
    return { rows: await write() }
  } catch (thrown) {
    const error = toAppError(thrown)
    return { rows: goesOn === true ? rowsOf(error.context) : [], error }
  }
}

/** Of a batch: what is not an error is a row. */
function rowsOf(context: unknown): Rows {
  const outcomes: unknown = Reflect.get(Object(context), 'resource')
  if (!Array.isArray(outcomes)) return []
  return outcomes.filter((outcome) => typeof outcome?.id === 'number' && outcome.status_code === undefined)
}

async function remove(
  failures: readonly Failure[],
  resource: string,
  system: SystemApi,
  { signal }: Asked,
): Promise<void> {
  for (const { id } of failures) await system.write('remove', resource, { id, force: true }, asHouse(signal))
}

function isIdShown(fields: readonly unknown[] | undefined): boolean {
  return fields === undefined || fields.includes('*') || fields.includes('id')
}

function fieldsWithId(fields: readonly unknown[] | undefined): readonly unknown[] | undefined {
  return fields === undefined || isIdShown(fields) ? fields : [...fields, 'id']
}

function notSent(failures: readonly Failure[]): AppError {
  const [{ error } = { error: undefined }] = failures
  return new AppError('unavailable', `Error processing user invite. ${error?.message ?? ''}`.trim(), {
    context: { not_invited: failures.map(({ email }) => email) },
    hint: 'Look at the e-mail service that invitations are sent by, then try again.',
    cause: error?.cause ?? error,
  })
}

function notInvited(resource: string): AppError {
  return new AppError(
    'bad_request',
    `'send_invite' is for users and administrators, not for '${resource}'.`,
    {
      context: { field: 'send_invite' },
    },
  )
}
