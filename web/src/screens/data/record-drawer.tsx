import { Button, Drawer, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useApi } from '../../api/api-context.ts'
import { type AnyRecord, anyRecord } from '../../api/wire.ts'
import { calledName, type TableDescription } from '../../database/description.ts'
import { ConfirmStep } from '../../parts/confirm-step.tsx'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { keyText, recordPath } from './record-address.ts'
import classes from './record-drawer.module.css'
import { RecordForm } from './record-form.tsx'
import { RelatedRecords } from './related-records.tsx'
import { WholeValue } from './whole-value.tsx'

interface RecordDrawerProps {
  readonly service: string
  readonly description: TableDescription
  /** As the grid has it. */
  readonly record: AnyRecord
  readonly onChanged: () => void
  readonly onClose: () => void
}

/** One record, whole: its values, what it refers to and what refers to it. */
export function RecordDrawer({ service, description, record, onChanged, onClose }: RecordDrawerProps) {
  const key = keyText(description, record)
  const read = useRecord(service, description, key)
  const [step, setStep] = useState<'edit' | 'delete'>()
  const api = useApi()
  const table = calledName(description)
  const whole = read.data?.record ?? record
  if (step === 'edit' && key !== undefined && read.data) {
    return (
      <RecordForm
        service={service}
        description={description}
        edited={{ key, ...read.data }}
        onSaved={onChanged}
        onReload={() => void read.refetch()}
        onClose={onClose}
      />
    )
  }
  return (
    <Drawer opened onClose={onClose} title={key === undefined ? table : `${table} ${key}`}>
      {key === undefined ? (
        <Text size="sm" c="dimmed" mb="md">
          {description.is_view ? 'A view' : 'A table'} without a key: its records cannot be changed one by
          one.
        </Text>
      ) : (
        <Group gap="xs" mb="md">
          <Button
            variant="default"
            leftSection={<Pencil size={14} />}
            disabled={!read.data}
            onClick={() => setStep('edit')}
          >
            Edit
          </Button>
          <Button
            variant="default"
            c="red"
            leftSection={<Trash2 size={14} />}
            onClick={() => setStep('delete')}
          >
            Delete
          </Button>
        </Group>
      )}
      {read.error && <ErrorPanel error={read.error} onRetry={() => void read.refetch()} />}
      <dl className={classes.values}>
        {description.field.map((field) => (
          <div key={field.name} className={classes.value}>
            <dt>
              {calledName(field)}
              <div className={classes.type}>{field.db_type ?? field.type}</div>
            </dt>
            <dd>
              <WholeValue field={field} value={whole[calledName(field)]} />
            </dd>
          </div>
        ))}
      </dl>
      {key !== undefined && description.related.length > 0 && (
        <RelatedRecords service={service} description={description} recordKey={key} record={whole} />
      )}
      {step === 'delete' && key !== undefined && (
        <ConfirmStep
          title={`Delete ${table} ${key}?`}
          label="Delete the record"
          carryOut={async () => {
            await api.change({
              verb: 'DELETE',
              path: recordPath(service, description, key),
              ...(read.data?.tag !== undefined && { headers: { 'if-match': read.data.tag } }),
            })
            onChanged()
            onClose()
          }}
          onClose={() => setStep(undefined)}
        >
          The record is gone for good; this cannot be undone. If somebody has changed it meanwhile, it stays.
        </ConfirmStep>
      )}
    </Drawer>
  )
}

/** A record with the mark by which the server knows whether it is still the same. */
export interface ReadRecord {
  readonly record: AnyRecord
  readonly tag: string | undefined
}

function useRecord(service: string, description: TableDescription, key: string | undefined) {
  const api = useApi()
  return useQuery({
    queryKey: ['record', service, description.name, key],
    enabled: key !== undefined,
    staleTime: 0,
    queryFn: async ({ signal }): Promise<ReadRecord> => {
      const answer = await api.fetch({ path: recordPath(service, description, key ?? ''), signal })
      return { record: anyRecord.parse(await answer.json()), tag: answer.headers.get('etag') ?? undefined }
    },
  })
}
