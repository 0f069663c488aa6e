import { Button, Drawer, Stack } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useApi } from '../../api/api-context.ts'
import { ApiError } from '../../api/api-error.ts'
import type { AnyRecord } from '../../api/wire.ts'
import { calledName, type FieldDescription, type TableDescription } from '../../database/description.ts'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { FormEnd } from '../../parts/form-end.tsx'
import { useLeaving } from '../../parts/use-leaving.tsx'
import { FieldInput } from './field-input.tsx'
import { keyNames, recordPath, tablePath } from './record-address.ts'
import type { ReadRecord } from './record-drawer.tsx'
import { type Entry, entryOf, isSame, typedValue, UNSET } from './typed-value.ts'
import { problemsByField } from './write-failure.ts'

interface RecordFormProps {
  readonly service: string
  readonly description: TableDescription
  /** Without it a new record is made. */
  readonly edited?: ReadRecord & { readonly key: string }
  readonly onSaved: () => void
  /** Reads the record again, after somebody else has changed it. */
  readonly onReload?: () => void
  readonly onClose: () => void
}

/** A record to fill in; only what was touched is sent, and nothing is written over what somebody else has changed. */
export function RecordForm({ service, description, edited, onSaved, onReload, onClose }: RecordFormProps) {
  const api = useApi()
  const queries = useQueryClient()
  const table = calledName(description)
  const [entries, setEntries] = useState<Readonly<Record<string, Entry>>>({})
  const [problems, setProblems] = useState<Readonly<Record<string, string>>>({})
  const fields = description.field.filter(({ is_virtual }) => !is_virtual)
  const entryFor = (field: FieldDescription) => entries[calledName(field)] ?? before(field, edited?.record)
  const save = useMutation({
    mutationFn: async (record: AnyRecord) => {
      if (!edited) {
        await api.change({ verb: 'POST', path: tablePath(service, table), body: { resource: [record] } })
        return
      }
      await api.change({
        verb: 'PATCH',
        path: recordPath(service, description, edited.key),
        body: record,
        ...(edited.tag !== undefined && { headers: { 'if-match': edited.tag } }),
      })
    },
    onError: (error) => setProblems(problemsByField(error)),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['record', service, description.name] })
      notifications.show({ message: edited ? 'The record is changed.' : 'The record is made.' })
      onSaved()
      onClose()
    },
  })

  function submit(event: FormEvent): void {
    event.preventDefault()
    const found = recordOf(fields, entryFor, edited?.record)
    setProblems(found.problems)
    if (Object.keys(found.problems).length === 0) save.mutate(found.record)
  }

  const isChanged = fields.some((field) => !isSame(entryFor(field), before(field, edited?.record)))
  const { leave, question } = useLeaving(isChanged, onClose)
  const isStale = save.error instanceof ApiError && save.error.status === 412
  return (
    <Drawer opened onClose={leave} title={edited ? `Edit ${table} ${edited.key}` : `New record in ${table}`}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          {fields.map((field) => (
            <FieldInput
              key={field.name}
              field={field}
              entry={entryFor(field)}
              problem={problems[calledName(field)]}
              isNew={!edited}
              isLocked={edited !== undefined && keyNames(description).includes(calledName(field))}
              onChange={(entry) => setEntries({ ...entries, [calledName(field)]: entry })}
            />
          ))}
          {save.error && <ErrorPanel error={save.error} />}
          {isStale && onReload && (
            <Button
              variant="default"
              onClick={() => {
                onReload()
                save.reset()
              }}
            >
              Read the record as it is now, and keep what I entered
            </Button>
          )}
          <FormEnd
            onCancel={leave}
            isSending={save.isPending}
            isDisabled={!isChanged}
            submit={edited ? 'Save the changes' : 'Make the record'}
          />
        </Stack>
      </form>
      {question}
    </Drawer>
  )
}

function before(field: FieldDescription, record: AnyRecord | undefined): Entry {
  return record ? entryOf(record[calledName(field)]) : UNSET
}

/** The record to send: of an edited one what differs, of a new one what was entered. */
function recordOf(
  fields: readonly FieldDescription[],
  entryFor: (field: FieldDescription) => Entry,
  edited: AnyRecord | undefined,
): { readonly record: AnyRecord; readonly problems: Readonly<Record<string, string>> } {
  const record: Record<string, unknown> = {}
  const problems: Record<string, string> = {}
  for (const field of fields) {
    const entry = entryFor(field)
    if (entry.kind === 'unset' || isSame(entry, before(field, edited))) continue
    const name = calledName(field)
    try {
      record[name] = typedValue(field, entry)
    } catch {
      problems[name] = 'This is no JSON.'
    }
  }
  return { record, problems }
}
