import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { ServiceConfig } from '../service-config.ts'
import type { Snapshot } from '../snapshot.ts'

/** Why somebody is sent a code. */
export type MailPurpose = 'invite' | 'password' | 'register' | 'address'
export type AccountKind = 'user' | 'admin'

/** What a config refers to is looked up when it is written: see require-config-references.ts. */
const reference = (refersTo: string, description: string) =>
  z.int().nullable().default(null).meta({ refersTo, description })

const page = (description: string) =>
  z
    .url({ protocol: /^https?$/ })
    .nullable()
    .default(null)
    .describe(description)

const messages = {
  invite_email_service_id: reference(
    'email_service',
    'The service that sends invitations; none: the spool folder.',
  ),
  invite_email_template_id: reference(
    'email_template',
    "The template of that message; none: 'User Invite Default'.",
  ),
  password_email_service_id: reference(
    'email_service',
    'The service that sends codes for new passwords; none: the spool folder.',
  ),
  password_email_template_id: reference(
    'email_template',
    "The template of that message; none: 'Password Reset Default'.",
  ),
  confirm_invite_url: page('Your page for people who were invited, for the {link} in the message.'),
  confirm_reset_url: page('Your page for new passwords, for the {link} in the message.'),
}

/** The config of the service `system`: of administrators (dreamfactory-rest §7.2). */
export const systemConfig = z.strictObject({
  default_app_id: reference('app', 'The app that a client offers first.'),
  ...messages,
})

/** A key of another product's config whose feature is not here: only null will do. */
const absent = z.null().default(null).meta({ unlisted: true })

/** The config of the service `user` (dreamfactory-rest §2.6). */
export const userConfig = z.strictObject({
  allow_open_registration: z.boolean().default(false).describe('Let people make accounts themselves.'),
  open_reg_role_id: reference('role', 'The role that people who register have with every app.'),
  app_role_map: z
    .array(z.strictObject({ app_id: reference('app', 'An app.'), role_id: reference('role', 'A role.') }))
    .max(1_000)
    .nullable()
    .default(null)
    .describe('The role that people who register have with an app, in place of the one for all apps.'),
  open_reg_email_service_id: reference(
    'email_service',
    'The service that sends codes to people who register; none: nobody needs to confirm.',
  ),
  open_reg_email_template_id: reference(
    'email_template',
    "The template of that message; none: 'User Registration Default'.",
  ),
  ...messages,
  confirm_register_url: page('Your page for people who registered, for the {link} in the message.'),
  alt_auth_db_service_id: absent,
  alt_auth_table: absent,
  alt_auth_username_field: absent,
  alt_auth_password_field: absent,
  alt_auth_email_field: absent,
  alt_auth_other_fields: absent,
  alt_auth_filter: absent,
})

interface RegistrationSettings {
  readonly isOpen: boolean
  /** The role with each app. */
  readonly roles: ReadonlyMap<number, number>
  /** Undefined: nobody needs to confirm. */
  readonly emailServiceId: number | undefined
}

export function registrationSettings(snapshot: Snapshot): RegistrationSettings {
  const config = configOf(snapshot, 'user', userConfig)
  const { open_reg_role_id: all, app_role_map: some } = config
  const roles = new Map<number, number>()
  for (const { id } of snapshot.apps) if (all !== null) roles.set(id, all)
  for (const { app_id, role_id } of some ?? [])
    if (app_id !== null && role_id !== null) roles.set(app_id, role_id)
  return {
    isOpen: config.allow_open_registration,
    roles,
    emailServiceId: config.open_reg_email_service_id ?? undefined,
  }
}

interface MailSettings {
  /** Undefined: the spool folder. */
  readonly serviceId: number | undefined
  /** Its id, or its name; undefined: the one of the server. */
  readonly template: string | undefined
  /** Where the link leads; undefined: there is none. */
  readonly page: string | undefined
}

/** Users and administrators have settings of their own. */
export function mailSettings(snapshot: Snapshot, kind: AccountKind, purpose: MailPurpose): MailSettings {
  if (purpose === 'register' || purpose === 'address') {
    const config = configOf(snapshot, 'user', userConfig)
    if (purpose === 'address')
      return {
        serviceId: config.open_reg_email_service_id ?? undefined,
        template: undefined,
        page: undefined,
      }
    return {
      serviceId: config.open_reg_email_service_id ?? undefined,
      template: String(config.open_reg_email_template_id ?? 'User Registration Default'),
      page: config.confirm_register_url ?? undefined,
    }
  }
  const config =
    kind === 'admin' ? configOf(snapshot, 'system', systemConfig) : configOf(snapshot, 'user', userConfig)
  return purpose === 'invite'
    ? {
        serviceId: config.invite_email_service_id ?? undefined,
        template: String(config.invite_email_template_id ?? 'User Invite Default'),
        page: config.confirm_invite_url ?? undefined,
      }
    : {
        serviceId: config.password_email_service_id ?? undefined,
        template: String(config.password_email_template_id ?? 'Password Reset Default'),
        page: config.confirm_reset_url ?? undefined,
      }
}

/** Of the whole instance. */
export function systemSettings(snapshot: Snapshot): z.output<typeof systemConfig> {
  return configOf(snapshot, 'system', systemConfig)
}

function configOf<T>({ serviceByName }: Snapshot, service: string, schema: z.ZodType<T>): T {
  const config: ServiceConfig = serviceByName.get(service)?.config ?? {}
  const parsed = schema.safeParse(config)
  if (parsed.success) return parsed.data
  throw new AppError('unavailable', `The config of the service '${service}' is not one of this version.`, {
    cause: parsed.error,
  })
}
