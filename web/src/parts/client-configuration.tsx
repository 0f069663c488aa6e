import { Stack, Tabs, Text } from '@mantine/core'
import { CLIENT_TEXTS, type ClientText } from '../../../src/commands/client-texts.ts'
import { CopyText } from './copy-text.tsx'

const CLIENTS: readonly (readonly [string, ClientText])[] = Object.entries(CLIENT_TEXTS)

interface ClientConfigurationProps {
  readonly service: string
  /** Absent: a word stands for it. */
  readonly apiKey: string | undefined
}

/** What to paste into each client, as `sluice client-config` prints it. */
export function ClientConfiguration({ service, apiKey }: ClientConfigurationProps) {
  const url = `${window.location.origin}/mcp/${service}`
  const connection = { name: service, url, apiKey, program: { command: '', args: [] }, env: {} }
  return (
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
  )
}
