import { Plug } from 'lucide-react'
import type { FormField } from '../../records/form-field.ts'
import type { RecordDefinition } from '../../records/record-definition.ts'

/** Of every service, whatever its type. */
export const SERVICE_FIELDS: readonly FormField[] = [
  {
    kind: 'text',
    name: 'name',
    label: 'Name',
    isRequired: true,
    description: 'Part of its addresses, /api/v2/NAME and /mcp/NAME: letters, digits, - and _.',
  },
  { kind: 'text', name: 'label', label: 'Label', description: 'How people know it.', isNeverNull: true },
  { kind: 'text', name: 'description', label: 'Description' },
  {
    kind: 'switch',
    name: 'is_active',
    label: 'Switched on',
    description: 'Switched off, it is kept and nobody reaches it.',
    initial: true,
  },
]

/** For the step that deletes one; its list and form are pages of their own. */
export const SERVICES: RecordDefinition = {
  resource: 'service',
  title: 'Services',
  lead: '',
  icon: Plug,
  one: 'service',
  columns: [{ field: 'name', label: 'Name' }],
  fields: SERVICE_FIELDS,
  emptyText: '',
  deleteText: ({ name }) =>
    `Nobody reaches ${String(name)} through this server any more, and its settings are gone. The database itself stays as it is.`,
}
