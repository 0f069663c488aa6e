import { Select, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import * as z from 'zod'
import { useApi } from '../../api/api-context.ts'
import { listOf } from '../../api/wire.ts'
import { ClientConfiguration } from '../../parts/client-configuration.tsx'
import { CopyText } from '../../parts/copy-text.tsx'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { Panel } from '../../parts/panel.tsx'
import classes from './services.module.css'

const keyRecord = z.object({ name: z.string(), api_key: z.string().nullish() })

/** What to paste into a client, as `sluice client-config` prints it. */
export function ClientSetup({ service }: { readonly service: string }) {
  const api = useApi()
  const [chosen, setChosen] = useState<string | null>(null)
  const keys = useQuery({
    queryKey: ['system', 'app', 'keys'],
    queryFn: ({ signal }) =>
      api.read(
        {
          path: 'system/app',
          query: {
            fields: 'name,api_key',
            filter: '(is_active = true) and (role_id is not null)',
            order: 'name',
          },
          signal,
        },
        listOf(keyRecord),
      ),
  })
  const url = `${window.location.origin}/mcp/${service}`
  const known = (keys.data?.resource ?? []).filter(({ api_key }) => /^[\w-]{20,}$/.test(api_key ?? ''))
  const apiKey = known.find(({ name }) => name === chosen)?.api_key ?? undefined
  return (
    <Stack gap="md" className={classes.form}>
      <Panel title="MCP address" lead="Agents connect to it with an API key, which decides what they see.">
        <Stack gap="md">
          <CopyText text={url} label={`MCP address of ${service}`} />
          {keys.error && <ErrorPanel error={keys.error} />}
          <Select
            label="Key to write into the texts below"
            description="Without one, KEY stands for it."
            placeholder="None"
            clearable
            data={known.map(({ name }) => name)}
            value={chosen}
            onChange={setChosen}
            nothingFoundMessage="There is no key with a role yet"
          />
        </Stack>
      </Panel>
      <Panel title="Client configuration">
        <ClientConfiguration service={service} apiKey={apiKey} />
      </Panel>
    </Stack>
  )
}
