import { Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { calledName, type RelationDescription, type TableDescription } from '../../database/description.ts'
import { useDatabases, useTables } from '../../database/use-database.ts'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { FormEnd } from '../../parts/form-end.tsx'
import { useLeaving } from '../../parts/use-leaving.tsx'
import { schemaPath, useSchemaChange } from './change-schema.ts'

interface RelationFormProps {
  readonly service: string
  readonly description: TableDescription
  readonly onClose: () => void
}

const TYPES: readonly { readonly value: RelationDescription['type']; readonly label: string }[] = [
  { value: 'belongs_to', label: 'belongs to one record there' },
  { value: 'has_one', label: 'has one record there' },
  { value: 'has_many', label: 'has many records there' },
  { value: 'many_many', label: 'is linked through a third table' },
]

/** A relation that no foreign key declares; into another service too. */
export function RelationForm({ service, description, onClose }: RelationFormProps) {
  const fields = description.field.map(({ name }) => name)
  const databases = useDatabases()
  const [first] = useState({
    type: 'belongs_to',
    field: fields[0] ?? '',
    refService: service,
    refTable: '',
    refField: 'id',
    junctionTable: '',
    junctionField: '',
    junctionRefField: '',
    alias: '',
  })
  const [draft, setDraft] = useState(first)
  const tables = useTables(draft.refService)
  const change = useSchemaChange(service)
  const { leave, question } = useLeaving(draft !== first, onClose)
  const set = (part: Partial<typeof draft>) => setDraft({ ...draft, ...part })
  const isThrough = draft.type === 'many_many'

  function submit(event: FormEvent): void {
    event.preventDefault()
    const body = {
      type: draft.type,
      field: draft.field,
      ref_table: draft.refTable,
      ref_field: draft.refField,
      is_virtual: true,
      ...(draft.refService !== service && { ref_service: draft.refService }),
      ...(draft.alias !== '' && { alias: draft.alias }),
      ...(isThrough && {
        junction_table: draft.junctionTable,
        junction_field: draft.junctionField,
        junction_ref_field: draft.junctionRefField,
      }),
    }
    change.mutate(
      {
        verb: 'POST',
        path: schemaPath(service, calledName(description), '_related'),
        body: { resource: [body] },
        done: 'The relation is declared.',
      },
      { onSuccess: onClose },
    )
  }

  const text = (label: string, name: 'refField' | 'junctionTable' | 'junctionField' | 'junctionRefField') => (
    <TextInput
      label={label}
      required
      value={draft[name]}
      onChange={(event) => set({ [name]: event.currentTarget.value })}
    />
  )
  return (
    <Modal opened onClose={leave} title={`Relation of ${calledName(description)}`} size="lg">
      <form onSubmit={submit}>
        <Stack gap="md">
          <Group grow align="flex-start">
            <Select
              label="A record"
              data={[...TYPES]}
              value={draft.type}
              onChange={(type) => type !== null && set({ type })}
              allowDeselect={false}
            />
            <Select
              label="By its field"
              searchable
              data={fields}
              value={draft.field}
              onChange={(field) => field !== null && set({ field })}
              allowDeselect={false}
            />
          </Group>
          <Group grow align="flex-start">
            <Select
              label="Service"
              data={(databases.data ?? []).map(({ name }) => name)}
              value={draft.refService}
              onChange={(refService) => refService !== null && set({ refService, refTable: '' })}
              allowDeselect={false}
            />
            <Select
              label="Table"
              searchable
              required
              data={(tables.data ?? []).map(({ name }) => name)}
              value={draft.refTable || null}
              onChange={(refTable) => set({ refTable: refTable ?? '' })}
            />
            {text('Field there', 'refField')}
          </Group>
          {isThrough && (
            <Group grow align="flex-start">
              {text('Table between', 'junctionTable')}
              {text('Its field for this table', 'junctionField')}
              {text('Its field for the other', 'junctionRefField')}
            </Group>
          )}
          <TextInput
            label="Alias"
            description="Its name in `related`; without one it is made of the names of table and field"
            value={draft.alias}
            onChange={(event) => set({ alias: event.currentTarget.value })}
          />
          {change.error && <ErrorPanel error={change.error} />}
          <FormEnd onCancel={leave} isSending={change.isPending} submit="Declare the relation" />
        </Stack>
      </form>
      {question}
    </Modal>
  )
}
