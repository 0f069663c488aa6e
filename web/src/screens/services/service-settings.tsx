import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useApi } from '../../api/api-context.ts'
import type { ServiceRecord, ServiceType } from '../../api/records.ts'
import type { AnyRecord } from '../../api/wire.ts'
import { Panel } from '../../parts/panel.tsx'
import { RecordForm } from '../../records/record-form.tsx'
import { configFields, configIn, withConfigValues } from './config-fields.ts'
import { SERVICE_FIELDS } from './service-definition.ts'
import classes from './services.module.css'
import { TestConnection } from './test-connection.tsx'

interface ServiceSettingsProps {
  readonly service: ServiceRecord
  readonly type: ServiceType
}

/** Changes count from the next request on. */
export function ServiceSettings({ service, type }: ServiceSettingsProps) {
  const api = useApi()
  const queries = useQueryClient()
  const isFixed = !service.deletable
  const own = SERVICE_FIELDS.map((field) =>
    isFixed && (field.name === 'name' || field.name === 'is_active') ? { ...field, isFixed } : field,
  )
  const save = async (values: AnyRecord) => {
    const path = `system/service/${service.id}`
    await api.change({ verb: 'PATCH', path, body: configIn(values) })
    notifications.show({ message: `${service.name} was changed: it counts from the next request on.` })
    await queries.invalidateQueries({ queryKey: ['system', 'service'] })
  }
  return (
    <div className={classes.form}>
      <Panel title={type.label} lead={type.description}>
        <RecordForm
          fields={[...own, ...configFields(type.config_schema)]}
          record={withConfigValues(service, service.config ?? {}, type.config_schema)}
          submitLabel="Save"
          save={save}
          extra={(changes) =>
            type.group === 'System' || type.group === 'User' ? null : (
              <TestConnection type={type} service={service} values={changes} />
            )
          }
        />
      </Panel>
    </div>
  )
}
