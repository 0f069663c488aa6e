import { Select, Stack, Tabs, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import * as z from 'zod'
import { CLIENT_TEXTS, type ClientText, KEY } from '../../../../src/commands/client-texts.ts'
import { useApi } from '../../api/api-context.ts'
import { listOf } from '../../api/wire.ts'
import { CopyText } from '../../parts/copy-text.tsx'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { Panel } from '../../parts/panel.tsx'
import classes from './services.module.css'

const keyRecord = z.object({ name: z.string(), api_key: z.string().nullish() })
const CLIENTS: readonly (readonly [string, ClientText])[] = Object.entries(CLIENT_TEXTS)

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
  const connection = { name: service, url, apiKey, program: { command: '', args: [] }, env: {} }
  return (
    <Stack gap="md" className={classes.form}>
      <Panel title="MCP address" lead="Agents connect to it with an API key, which decides what they see.">
        <Stack gap="md">
          <CopyText text={url} label={`MCP address of ${service}`} />
          {keys.error && <ErrorPanel error={keys.error} />}
          <Select
            label="Key to write into the texts below"
            description={`Without one, ${KEY} stands for it.`}
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
        <Tabs defaultValue={CLIENTS[0]?.[0] ?? ''} keepMounted={false}>
          <Tabs.List mb="md" aria-label="Clients">
            {CLIENTS.map(([name, { label }]) => (
              <Tabs.Tab key={name} value={name}>
                {label}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {CLIENTS.map(([name, { label, place, http, stdio }]) => (
            <Tabs.Panel key={name} value={name}>
              <Stack gap="sm">
                <Text size="sm">Paste it {place}.</Text>
                <CopyText isBlock text={http(connection)} label={`Configuration for ${label}`} />
                {stdio && (
                  <Text size="xs" c="dimmed">
                    To start the program on the machine of the client instead (stdio):{' '}
                    <code>
                      npx sluice client-config --client {name} --service {service}
                    </code>
                  </Text>
                )}
              </Stack>
            </Tabs.Panel>
          ))}
        </Tabs>
      </Panel>
    </Stack>
  )
}
