import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { Snapshot } from '../snapshot.ts'

const reference = (what: string) => z.int().nullable().default(null).describe(what)

/** The config of the service `user` (dreamfactory-rest §2.6). */
export const userConfig = z.strictObject({
  allow_open_registration: z.boolean().default(false).describe('Let people make accounts themselves.'),
  open_reg_role_id: reference('The role that people who register have with every app.'),
  password_email_service_id: reference(
    'The service that sends codes for new passwords; none: the spool folder.',
  ),
  password_email_template_id: reference("The template of that message; none: 'Password Reset Default'."),
  confirm_reset_url: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .default(null)
    .describe('Your page for new passwords, for the {link} in the message.'),
})

export interface UserSettings {
  readonly allowOpenRegistration: boolean
  readonly openRegRoleId: number | undefined
  readonly passwordEmailServiceId: number | undefined
  readonly passwordEmailTemplateId: number | undefined
  readonly confirmResetUrl: string | undefined
}

export function userSettings({ serviceByName }: Pick<Snapshot, 'serviceByName'>): UserSettings {
  const parsed = userConfig.safeParse(serviceByName.get('user')?.config ?? {})
  if (!parsed.success)
    throw new AppError('unavailable', "The config of the service 'user' is not one of this version.", {
      cause: parsed.error,
    })
  return {
    allowOpenRegistration: parsed.data.allow_open_registration,
    openRegRoleId: parsed.data.open_reg_role_id ?? undefined,
    passwordEmailServiceId: parsed.data.password_email_service_id ?? undefined,
    passwordEmailTemplateId: parsed.data.password_email_template_id ?? undefined,
    confirmResetUrl: parsed.data.confirm_reset_url ?? undefined,
  }
}
