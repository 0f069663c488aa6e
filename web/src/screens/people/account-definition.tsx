import { ShieldCheck, Users } from 'lucide-react'
import type { AnyRecord } from '../../api/wire.ts'
import { StatusMark } from '../../parts/status-mark.tsx'
import type { FormField } from '../../records/form-field.ts'
import type { RecordColumn, RecordDefinition } from '../../records/record-definition.ts'

const COLUMNS: readonly [RecordColumn, ...RecordColumn[]] = [
  { field: 'email', label: 'E-mail address' },
  { field: 'name', label: 'Name' },
  { field: 'is_active', label: 'State', show: (account) => <AccountState account={account} /> },
  {
    field: 'last_login_date',
    label: 'Last sign-in',
    show: ({ last_login_date: date }) =>
      typeof date === 'string' ? date.slice(0, 16).replace('T', ' ') : 'Never',
  },
]

function AccountState({ account }: { readonly account: AnyRecord }) {
  if (account.is_active !== true) return <StatusMark status="off">Switched off</StatusMark>
  if (account.expired === true) return <StatusMark status="bad">Invitation is over</StatusMark>
  if (account.confirmed !== true) return <StatusMark status="warn">Invited</StatusMark>
  return <StatusMark status="good">Active</StatusMark>
}

const FIELDS: readonly FormField[] = [
  { kind: 'text', name: 'email', label: 'E-mail address', isRequired: true },
  {
    kind: 'text',
    name: 'name',
    label: 'Name',
    description: 'How the console and messages call them.',
    isNeverNull: true,
  },
  { kind: 'text', name: 'first_name', label: 'First name' },
  { kind: 'text', name: 'last_name', label: 'Last name' },
  {
    kind: 'switch',
    name: 'send_invite',
    label: 'Invite by e-mail',
    description: 'They get a code and choose a password themselves.',
    isOnlyNew: true,
  },
  {
    kind: 'secret',
    name: 'password',
    label: 'Password',
    description: 'Leave it empty to keep the one they have. A new one ends their sessions.',
    isShown: ({ send_invite }) => send_invite !== true,
  },
  { kind: 'text', name: 'phone', label: 'Phone' },
  {
    kind: 'switch',
    name: 'is_active',
    label: 'Active',
    description: 'Switched off, nobody signs in with it, and its sessions are over.',
    initial: true,
  },
]

const SHARED = {
  columns: COLUMNS,
  fields: FIELDS,
  query: { order: 'email' },
  toWire: ({ send_invite, password, ...values }: AnyRecord) => ({
    ...values,
    ...(typeof password === 'string' && send_invite !== true && { password }),
  }),
  saveQuery: ({ send_invite }: AnyRecord): Readonly<Record<string, boolean>> =>
    send_invite === true ? { send_invite: true } : {},
}

export const USERS: RecordDefinition = {
  ...SHARED,
  resource: 'user',
  title: 'Users',
  lead: 'People who sign in to applications and agents. What they may do is the role they have with each key.',
  icon: Users,
  one: 'user',
  emptyText: 'Add people who sign in themselves. Programs need none: they call with a key.',
  deleteText: ({ email }) =>
    `${String(email)} cannot sign in any more, and loses every role and value kept for the account.`,
}

export const ADMINISTRATORS: RecordDefinition = {
  ...SHARED,
  resource: 'admin',
  title: 'Administrators',
  lead: 'They may do everything on this server, in this console and over the API.',
  icon: ShieldCheck,
  one: 'administrator',
  emptyText: 'Add an administrator.',
  deleteText: ({ email }) => `${String(email)} cannot sign in any more.`,
}
