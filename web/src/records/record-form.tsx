import { Button, Group, Stack } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import { ApiError } from '../api/api-error.ts'
import { ErrorPanel } from '../parts/error-panel.tsx'
import { FieldInput } from './field-input.tsx'
import { changesOf, type FormField, type FormValues, valuesOf } from './form-field.ts'
import { FormSection } from './form-section.tsx'

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
  /** Beside the buttons, with what the form holds. */
  readonly extra?: (values: FormValues) => ReactNode
}

/** A form made from its fields. Problems that the API tells of a field stand at that field, all else above the buttons. */
export function RecordForm(props: RecordFormProps) {
  const { fields, record, submitLabel, save, onCancel, onDirty, extra } = props
  const [before] = useState(() => valuesOf(fields, record))
  const [values, setValues] = useState(before)
  const changes = changesOf(before, values)
  const saving = useMutation({ mutationFn: () => save(record ? changes : values) })
  const problems = saving.error instanceof ApiError ? saving.error.fieldProblems : {}
  const shown = fields.filter(
    ({ isShown, isOnlyNew }) => !(isOnlyNew && record) && (isShown?.(values) ?? true),
  )
  const sections = [...new Set(shown.map(({ section }) => section))]
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
    <form onSubmit={submit}>
      <Stack gap="md">
        {sections.map((section) => {
          const ofSection = shown.filter((field) => field.section === section)
          return (
            <FormSection
              key={section ?? ''}
              title={section}
              hasProblem={ofSection.some(({ name }) => problems[name] !== undefined)}
            >
              {ofSection.map((field) => (
                <FieldInput
                  key={field.name}
                  field={field}
                  value={values[field.name]}
                  error={problems[field.name]}
                  isDisabled={record !== undefined && field.isFixed === true}
                  isFirst={field === shown[0]}
                  onChange={(value) => change(field.name, value)}
                />
              ))}
            </FormSection>
          )
        })}
        {saving.error && !areAllShown(problems, shown) && <ErrorPanel error={saving.error} />}
        <Group justify="flex-end" gap="sm">
          {extra?.(record ? changes : values)}
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

/** There are problems, and every one has its field. */
function areAllShown(problems: Readonly<Record<string, string>>, shown: readonly FormField[]): boolean {
  const names = Object.keys(problems)
  return names.length > 0 && names.every((name) => shown.some((field) => field.name === name))
}
