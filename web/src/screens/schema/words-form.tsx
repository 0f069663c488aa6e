import { Modal, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { calledName, type TableDescription } from '../../database/description.ts'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { FormEnd } from '../../parts/form-end.tsx'
import { useLeaving } from '../../parts/use-leaving.tsx'
import { schemaPath, useSchemaChange } from './change-schema.ts'

interface WordsFormProps {
  readonly service: string
  readonly description: TableDescription
  /** The name that requests have from now on. */
  readonly onNamed: (name: string) => void
  readonly onClose: () => void
}

const WORDS = [
  { name: 'label', label: 'Label', hint: 'For people' },
  { name: 'plural', label: 'Plural', hint: 'For people' },
  { name: 'alias', label: 'Alias', hint: 'The name of the table in requests and answers' },
  { name: 'description', label: 'Description', hint: 'Agents read it when they choose tables' },
] as const

/** Label, alias and description of a table; no row changes. */
export function WordsForm({ service, description, onNamed, onClose }: WordsFormProps) {
  const [first] = useState({
    label: description.label ?? '',
    plural: description.plural ?? '',
    alias: description.alias ?? '',
    description: description.description ?? '',
  })
  const [words, setWords] = useState(first)
  const change = useSchemaChange(service)
  const { leave, question } = useLeaving(words !== first, onClose)

  function submit(event: FormEvent): void {
    event.preventDefault()
    const body = Object.fromEntries(Object.entries(words).map(([name, word]) => [name, word.trim() || null]))
    change.mutate(
      {
        verb: 'PATCH',
        path: schemaPath(service, calledName(description)),
        body,
        done: `The words of ${description.name} are changed.`,
      },
      {
        onSuccess: () => {
          onNamed(words.alias.trim() || description.name)
          onClose()
        },
      },
    )
  }

  return (
    <Modal opened onClose={leave} title={`Words of ${description.name}`}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          {WORDS.map(({ name, label, hint }) => (
            <TextInput
              key={name}
              label={label}
              description={hint}
              value={words[name]}
              onChange={(event) => setWords({ ...words, [name]: event.currentTarget.value })}
            />
          ))}
          {change.error && <ErrorPanel error={change.error} />}
          <FormEnd onCancel={leave} isSending={change.isPending} submit="Save" />
        </Stack>
      </form>
      {question}
    </Modal>
  )
}
