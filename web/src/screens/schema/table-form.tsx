import { ActionIcon, Button, Group, Modal, Paper, Stack, TextInput } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { FormEnd } from '../../parts/form-end.tsx'
import { useLeaving } from '../../parts/use-leaving.tsx'
import { schemaPath, useSchemaChange } from './change-schema.ts'
import { FieldDraftInputs } from './field-draft-inputs.tsx'
import { EMPTY_FIELD, type FieldDraft, fieldBody } from './field-types.ts'

interface TableFormProps {
  readonly service: string
  readonly onMade: (table: string) => void
  readonly onClose: () => void
}

interface Row {
  readonly key: number
  readonly draft: FieldDraft
}

/** A new table with its fields. */
export function TableForm({ service, onMade, onClose }: TableFormProps) {
  const [name, setName] = useState('')
  const [label, setLabel] = useState('')
  const [rows, setRows] = useState<readonly Row[]>([
    { key: 0, draft: { ...EMPTY_FIELD, name: 'id', type: 'id' } },
    { key: 1, draft: EMPTY_FIELD },
  ])
  const change = useSchemaChange(service)
  const { leave, question } = useLeaving(name !== '' || rows.length > 2, onClose)

  function submit(event: FormEvent): void {
    event.preventDefault()
    const fields = rows.filter(({ draft }) => draft.name !== '').map(({ draft }) => fieldBody(draft))
    change.mutate(
      {
        verb: 'POST',
        path: schemaPath(service),
        query: { check_exist: true },
        body: { resource: [{ name, ...(label !== '' && { label }), field: fields }] },
        done: `The table ${name} is made.`,
      },
      {
        onSuccess: () => {
          onClose()
          onMade(name)
        },
      },
    )
  }

  return (
    <Modal opened onClose={leave} title={`New table in ${service}`} size="xl">
      <form onSubmit={submit}>
        <Stack gap="md">
          <Group gap="sm" align="flex-start">
            <TextInput
              label="Name"
              required
              w={240}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              data-autofocus
            />
            <TextInput
              label="Label"
              w={240}
              value={label}
              onChange={(event) => setLabel(event.currentTarget.value)}
            />
          </Group>
          {rows.map(({ key, draft }, place) => (
            <Paper key={key} withBorder p="sm" role="group" aria-label={`Field ${place + 1}`}>
              <Group align="flex-start" wrap="nowrap" justify="space-between">
                <Stack gap="sm">
                  <FieldDraftInputs
                    service={service}
                    draft={draft}
                    onChange={(next) =>
                      setRows(rows.map((row) => (row.key === key ? { key, draft: next } : row)))
                    }
                  />
                </Stack>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`Remove field ${place + 1}`}
                  onClick={() => setRows(rows.filter((row) => row.key !== key))}
                >
                  <X size={16} />
                </ActionIcon>
              </Group>
            </Paper>
          ))}
          <Button
            variant="default"
            leftSection={<Plus size={15} />}
            onClick={() =>
              setRows([...rows, { key: Math.max(-1, ...rows.map(({ key }) => key)) + 1, draft: EMPTY_FIELD }])
            }
          >
            Add a field
          </Button>
          {change.error && <ErrorPanel error={change.error} />}
          <FormEnd onCancel={leave} isSending={change.isPending} submit="Make the table" />
        </Stack>
      </form>
      {question}
    </Modal>
  )
}
