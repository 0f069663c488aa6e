import { Button, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { PlugZap } from 'lucide-react'
import { useApi } from '../../api/api-context.ts'
import type { ServiceRecord, ServiceType } from '../../api/records.ts'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { StatusMark } from '../../parts/status-mark.tsx'
import { type FormValues, givenOf } from '../../records/form-field.ts'
import { configIn } from './config-fields.ts'
import classes from './services.module.css'

interface TestConnectionProps {
  readonly type: ServiceType
  /** Absent: it is not there yet. Then secrets that were not entered again are those that are stored. */
  readonly service?: ServiceRecord
  /** What the form holds that is not stored. */
  readonly values: FormValues
}

/** Opens the connection as the form describes it, asks something, and stores nothing. */
export function TestConnection({ type, service, values }: TestConnectionProps) {
  const api = useApi()
  const query = { validate: 'only' }
  const test = useMutation({
    mutationFn: async () => {
      if (service) {
        const body = { config: {}, ...configIn(values) }
        await api.change({ verb: 'PATCH', path: `system/service/${service.id}`, query, body })
      } else {
        const record = { ...configIn(givenOf(values)), type: type.name }
        const body = { resource: [{ config: {}, ...record, name: values.name ?? 'new' }] }
        await api.change({ verb: 'POST', path: 'system/service', query, body })
      }
    },
  })
  return (
    <div className={classes.test}>
      {test.error && <ErrorPanel title="It does not work yet" error={test.error} />}
      {test.isSuccess && (
        <Text size="sm" component="div" role="status">
          <StatusMark status="good">The connection works. Nothing was stored.</StatusMark>
        </Text>
      )}
      <Button
        variant="default"
        leftSection={<PlugZap size={15} />}
        loading={test.isPending}
        onClick={() => test.mutate()}
      >
        Test connection
      </Button>
    </div>
  )
}
