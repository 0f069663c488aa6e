import { Quote } from 'lucide-react'
import type { RecordDefinition } from '../../records/record-definition.ts'
import { RecordScreen } from '../../records/record-screen.tsx'

export function LookupsScreen() {
  return <RecordScreen definition={LOOKUPS} />
}

const LOOKUPS: RecordDefinition = {
  resource: 'lookup',
  title: 'Lookups',
  lead: 'Values by name: {name} stands for one in row filters of roles, in requests and in the configuration of services.',
  icon: Quote,
  one: 'lookup',
  query: { order: 'name' },
  columns: [
    { field: 'name', label: 'Name' },
    { field: 'value', label: 'Value' },
    { field: 'private', label: 'Private' },
    { field: 'description', label: 'Description' },
  ],
  fields: [
    {
      kind: 'text',
      name: 'name',
      label: 'Name',
      isRequired: true,
      description: 'Without spaces or braces: region is used as {region}.',
    },
    { kind: 'text', name: 'value', label: 'Value' },
    {
      kind: 'switch',
      name: 'private',
      label: 'Private',
      description: 'Kept encrypted, never shown again, and of use only in the configuration of services.',
    },
    { kind: 'text', name: 'description', label: 'Description' },
  ],
  emptyText:
    'Add one to keep a value in a single place, such as the region of a row filter or the password of a database. Lookups of one role, key or user are kept with it.',
  deleteText: () =>
    'Row filters that name it deny everything from then on, and services whose configuration names it no longer open.',
}
