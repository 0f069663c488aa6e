import { KeyRound } from 'lucide-react'
import { dateOfUtc } from '../../api/moment.ts'
import type { AnyRecord } from '../../api/wire.ts'
import { Moment } from '../../parts/moment.tsx'
import { StatusMark } from '../../parts/status-mark.tsx'
import type { RecordDefinition } from '../../records/record-definition.ts'

export const KEYS: RecordDefinition = {
  resource: 'app',
  title: 'Keys',
  lead: 'What agents and applications call with. A key reaches what its role allows, and nothing else.',
  icon: KeyRound,
  one: 'key',
  query: { related: 'role_by_role_id', order: 'name' },
  columns: [
    { field: 'name', label: 'Name' },
    { field: 'role_id', label: 'Role', show: (key) => roleOf(key) ?? <span className="quiet">None</span> },
    { field: 'is_active', label: 'State', show: (key) => <KeyState record={key} /> },
    {
      field: 'expires_date',
      label: 'Ends',
      show: ({ expires_date }) => <Moment value={expires_date} none="Never" />,
    },
    {
      field: 'last_used_date',
      label: 'Last used',
      show: ({ last_used_date }) => <Moment value={last_used_date} none="Not yet" />,
    },
  ],
  fields: [
    {
      kind: 'text',
      name: 'name',
      label: 'Name',
      isRequired: true,
      description: 'Who calls with it: an agent, a program.',
    },
    {
      kind: 'reference',
      name: 'role_id',
      label: 'Role',
      resource: 'role',
      description: 'Decides what the key reaches. Without one, every call is refused.',
    },
    {
      kind: 'moment',
      name: 'expires_date',
      label: 'Ends',
      description: 'From then on the key is refused. Empty: it does not end.',
    },
    {
      kind: 'switch',
      name: 'is_active',
      label: 'Active',
      description: 'Switched off, the key is refused everywhere within a second.',
      initial: true,
    },
    { kind: 'text', name: 'description', label: 'Description' },
  ],
  emptyText: 'Make a role first, which says what may be reached, then a key for each agent or program.',
  deleteText: ({ name }) =>
    `Whoever calls with the key ${String(name)} is refused within a second, and it cannot be brought back. To stop it for a while, switch it off instead.`,
}

function roleOf({ role_by_role_id: role }: AnyRecord): string | undefined {
  return typeof role === 'object' && role !== null && 'name' in role ? String(role.name) : undefined
}

/** Now, by the clock of this machine. */
function KeyState({ record }: { readonly record: AnyRecord }) {
  const { is_active, role_id, expires_date, previous_ends_date } = record
  if (is_active !== true) return <StatusMark status="off">Switched off</StatusMark>
  if (isPast(expires_date)) return <StatusMark status="bad">Has ended</StatusMark>
  if (role_id === null) return <StatusMark status="warn">Without a role</StatusMark>
  if (typeof previous_ends_date === 'string' && !isPast(previous_ends_date))
    return <StatusMark status="good">In use, and the one before</StatusMark>
  return <StatusMark status="good">In use</StatusMark>
}

function isPast(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && dateOfUtc(value).getTime() <= Date.now()
}
