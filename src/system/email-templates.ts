/** A message as a fresh instance has it; whoever sends it fills in what stands in braces. */
export interface EmailTemplateSeed {
  readonly name: string
  readonly description: string
  readonly subject: string
  readonly body_text: string
}

/** dreamfactory-rest §7.4 */
export const EMAIL_TEMPLATES: readonly EmailTemplateSeed[] = [
  {
    name: 'User Invite Default',
    description: 'Email sent to invite new users to your Sluice instance.',
    subject: 'You are invited',
    body_text: message(
      'you have been invited to use {instance_name}. Choose a password within the next {code_hours} hours:',
    ),
  },
  {
    name: 'User Registration Default',
    description: 'Email sent to new users to complete registration.',
    subject: 'Please confirm your registration',
    body_text: message(
      'please confirm your registration at {instance_name} within the next {code_hours} hours:',
    ),
  },
  {
    name: 'Password Reset Default',
    description: 'Email sent to users following a password reset request.',
    subject: 'Choose a new password',
    body_text: message(
      'somebody asked to reset your password at {instance_name}. Choose a new one within the next {code_hours} hours:',
      'If it was not you, you need not do anything: your password stays as it is.',
    ),
  },
]

/** Of the server itself: it cannot be changed. */
export const ADDRESS_TEMPLATE: Pick<EmailTemplateSeed, 'subject' | 'body_text'> = {
  subject: 'Please confirm your new address',
  body_text: message(
    'somebody wants to use this address for an account at {instance_name}. If it was you, confirm it within the next {code_hours} hours:',
    'If it was not you, you need not do anything.',
  ),
}

/** By name, in lower case: what codes are sent in where no other template is configured. */
export const CODE_TEMPLATES: ReadonlySet<string> = new Set(
  EMAIL_TEMPLATES.map(({ name }) => name.toLowerCase()),
)

function message(reason: string, ...more: readonly string[]): string {
  return [`Hello {first_name},`, reason, '{link}', 'Your confirmation code: {confirm_code}', ...more].join(
    '\n\n',
  )
}
