import { Button, Group, Stack } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import { ApiError } from '../api/api-error.ts'
import { ErrorPanel } from '../parts/error-panel.tsx'
import { FieldInput } from './field-input.tsx'
import { changesOf, type FormField, type FormValues, valuesOf } from './form-field.ts'

interface RecordFormProps {
  readonly fields: readonly FormField[]
  /** Absent: a new one. */
  readonly record?: FormValues | undefined
  readonly submitLabel: string
  /** Takes all values of a new record, and only what changed of one that is there. What it throws is shown. */
  readonly save: (values: FormValues) => Promise<void>
  /** Absent: there is nothing to go back to. */
  readonly onCancel?: () => void
  /** Tells whether there is something to lose. */
  readonly onDirty?: (isDirty: boolean) => void
  /** Beside the buttons. */
  readonly extra?: ReactNode
}

/** A form made from its fields. Problems that the API tells of a field stand at that field, all else above the buttons. */
export function RecordForm(props: RecordFormProps) {
  const { fields, record, submitLabel, save, onCancel, onDirty, extra } = props
  const [before] = useState(() => valuesOf(fields, record))
  const [values, setValues] = useState(before)
  const changes = changesOf(before, values)
  const saving = useMutation({ mutationFn: () => save(record ? changes : values) })
  const problems = saving.error instanceof ApiError ? saving.error.fieldProblems : {}
  const shown = fields.filter(({ isShown }) => isShown?.(values) ?? true)
  const areAllShown = saving.error && Object.keys(problems).length > 0 && areAll(problems, shown)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    saving.mutate()
  }
  const change = (name: string, value: unknown) => {
    const next = { ...values, [name]: value }
    setValues(next)
    onDirty?.(Object.keys(changesOf(before, next)).length > 0)
  }
  return (
    <form onSubmit={submit} noValidate={false}>
      <Stack gap="md">
        {shown.map((field) => (
          <FieldInput
            key={field.name}
            field={field}
            value={values[field.name]}
            error={problems[field.name]}
            isDisabled={record !== undefined && field.isFixed === true}
            onChange={(value) => change(field.name, value)}
          />
        ))}
        {saving.error && !areAllShown && <ErrorPanel error={saving.error} />}
        <Group justify="flex-end" gap="sm">
          {extra}
          {onCancel && (
            <Button variant="default" onClick={onCancel}>
              Cancel
            </Button>
          )}
          <Button
            type="submit"
            loading={saving.isPending}
            disabled={record !== undefined && Object.keys(changes).length === 0}
          >
            {submitLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** Every problem has its field. */
function areAll(problems: Readonly<Record<string, string>>, shown: readonly FormField[]): boolean {
  return Object.keys(problems).every((name) => shown.some((field) => field.name === name))
}
