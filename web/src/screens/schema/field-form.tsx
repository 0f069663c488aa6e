import { Checkbox, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { calledName, type FieldDescription, type TableDescription } from '../../database/description.ts'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { FormEnd } from '../../parts/form-end.tsx'
import { useLeaving } from '../../parts/use-leaving.tsx'
import { asksForForce, schemaPath, useSchemaChange } from './change-schema.ts'
import { FieldDraftInputs } from './field-draft-inputs.tsx'
import { EMPTY_FIELD, type FieldDraft, fieldBody } from './field-types.ts'

interface FieldFormProps {
  readonly service: string
  readonly description: TableDescription
  /** Without it a new field is added. */
  readonly edited?: FieldDescription
  readonly onClose: () => void
}

/** A field that is added or changed. Words of a field change no rows; its type does. */
export function FieldForm({ service, description, edited, onClose }: FieldFormProps) {
  const table = calledName(description)
  const [firstDraft] = useState(() => (edited ? draftOf(edited) : EMPTY_FIELD))
  const [firstWords] = useState(() => wordsOfField(edited))
  const [draft, setDraft] = useState(firstDraft)
  const [words, setWords] = useState(firstWords)
  const [isForced, setForced] = useState(false)
  const change = useSchemaChange(service)
  const { leave, question } = useLeaving(draft !== firstDraft || words !== firstWords, onClose)
  const isOffered = asksForForce(change.error)

  function submit(event: FormEvent): void {
    event.preventDefault()
    const said = {
      label: words.label || null,
      alias: words.alias || null,
      description: words.description || null,
    }
    change.mutate(
      edited
        ? {
            verb: 'PATCH',
            path: schemaPath(service, table, '_field', edited.name),
            query: { force: isForced || undefined },
            body: { ...said, ...changesOf(draft, draftOf(edited)) },
            done: `The field ${edited.name} is changed.`,
          }
        : {
            verb: 'POST',
            path: schemaPath(service, table, '_field'),
            body: { resource: [{ ...fieldBody(draft), ...said }] },
            done: `The field ${draft.name} is added.`,
          },
      { onSuccess: onClose },
    )
  }

  return (
    <Modal
      opened
      onClose={leave}
      title={edited ? `Field ${edited.name} of ${table}` : `New field in ${table}`}
      size="lg"
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          {edited?.is_primary_key ? (
            <Text size="sm" c="dimmed">
              A key keeps its name and type.
            </Text>
          ) : (
            <FieldDraftInputs
              service={service}
              draft={draft}
              isNameLocked={edited !== undefined}
              onChange={setDraft}
            />
          )}
          <Group gap="sm">
            <TextInput
              label="Label"
              description="For people"
              value={words.label}
              onChange={(event) => setWords({ ...words, label: event.currentTarget.value })}
            />
            <TextInput
              label="Alias"
              description="Its name in requests and answers"
              value={words.alias}
              onChange={(event) => setWords({ ...words, alias: event.currentTarget.value })}
            />
          </Group>
          <TextInput
            label="Description"
            description="Agents read it when they choose fields"
            value={words.description}
            onChange={(event) => setWords({ ...words, description: event.currentTarget.value })}
          />
          {change.error && <ErrorPanel error={change.error} />}
          {isOffered && (
            <Checkbox
              label="Change it all the same: values that do not fit are lost"
              checked={isForced}
              onChange={(event) => setForced(event.currentTarget.checked)}
            />
          )}
          <FormEnd
            onCancel={leave}
            isSending={change.isPending}
            isRisky={isOffered}
            isDisabled={isOffered && !isForced}
            submit={edited ? 'Change the field' : 'Add the field'}
          />
        </Stack>
      </form>
      {question}
    </Modal>
  )
}

function wordsOfField(field: FieldDescription | undefined) {
  return { label: field?.label ?? '', alias: field?.alias ?? '', description: field?.description ?? '' }
}

function draftOf(field: FieldDescription): FieldDraft {
  const text = (value: unknown) => (value === null || value === undefined ? '' : String(value))
  const isPlain = field.default !== null && field.default !== undefined && typeof field.default !== 'object'
  return {
    name: field.name,
    type: field.type,
    length: text(field.length),
    precision: text(field.precision),
    scale: text(field.scale),
    refTable: text(field.ref_table),
    refField: text(field.ref_field),
    allowNull: field.allow_null === true,
    isUnique: field.is_unique === true,
    hasDefault: isPlain,
    default: isPlain ? text(field.default) : '',
  }
}

/** What of the field itself is another than before, as the API takes it. */
function changesOf(after: FieldDraft, before: FieldDraft): Record<string, unknown> {
  const [now, then] = [fieldBody(after), fieldBody(before)]
  return {
    ...Object.fromEntries(
      Object.entries(now).filter(
        ([name, value]) => name !== 'name' && JSON.stringify(value) !== JSON.stringify(then[name]),
      ),
    ),
    ...(before.isUnique && !after.isUnique && { is_unique: false }),
    ...(before.hasDefault && !after.hasDefault && { default: null }),
  }
}
