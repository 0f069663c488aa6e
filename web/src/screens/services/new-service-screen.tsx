import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useApi } from '../../api/api-context.ts'
import type { AnyRecord } from '../../api/wire.ts'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Page } from '../../parts/page.tsx'
import { Panel } from '../../parts/panel.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import { givenOf } from '../../records/form-field.ts'
import { RecordForm } from '../../records/record-form.tsx'
import { chosenOf, configFields, configIn } from './config-fields.ts'
import { SERVICE_FIELDS } from './service-definition.ts'
import classes from './services.module.css'
import { TestConnection } from './test-connection.tsx'
import { useServiceTypes } from './use-service-types.ts'

/** The second step: how it is reached. It is kept only when it answers. */
export function NewServiceScreen() {
  const { type: name = '' }: Readonly<Record<string, string>> = useParams({ strict: false })
  const api = useApi()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const types = useServiceTypes()
  const type = types.data?.find((one) => one.name === name)
  const save = async (values: AnyRecord) => {
    const record = { ...configIn(givenOf(chosenOf(values, type?.config_schema ?? []))), type: name }
    await api.change({
      verb: 'POST',
      path: 'system/service',
      query: { validate: true },
      body: { resource: [record] },
    })
    await queries.invalidateQueries({ queryKey: ['system', 'service'] })
    notifications.show({
      message: `${String(values.name)} is connected. No key reaches it before a role allows it.`,
    })
    await navigate({ to: `/services/${String(values.name)}` })
  }
  return (
    <Page
      title={type ? `Connect: ${type.label}` : 'Connect a service'}
      lead={<TextLink to="/connect">Other types</TextLink>}
    >
      {types.isPending && <Loading label="Loading types" />}
      {types.error && <ErrorPanel error={types.error} onRetry={() => void types.refetch()} />}
      {types.data && !type && <ErrorPanel error={new Error(`There is no service type '${name}'.`)} />}
      {type && (
        <div className={classes.form}>
          <Panel>
            <RecordForm
              fields={[...SERVICE_FIELDS, ...configFields(type.config_schema)]}
              submitLabel="Connect"
              save={save}
              extra={(values) => <TestConnection type={type} values={chosenOf(values, type.config_schema)} />}
              onCancel={() => void navigate({ to: '/services' })}
            />
          </Panel>
        </div>
      )}
    </Page>
  )
}
