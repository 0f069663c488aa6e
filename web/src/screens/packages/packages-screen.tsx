import { Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useApi } from '../../api/api-context.ts'
import { anyRecord } from '../../api/wire.ts'
import { DownloadButton } from '../../parts/download-button.tsx'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { Page } from '../../parts/page.tsx'
import { Panel } from '../../parts/panel.tsx'
import { ImportPackage } from './import-package.tsx'

/** The configuration of this instance as a file, out of it and into it. */
export function PackagesScreen() {
  const api = useApi()
  const manifest = useQuery({
    queryKey: ['system', 'package'],
    queryFn: ({ signal }) => api.read({ path: 'system/package', signal }, anyRecord),
  })
  return (
    <Page
      title="Packages"
      lead="Services, roles, keys, users, tools and lookups by name, to keep them under version control or take them to another instance."
    >
      <Panel
        title="Export"
        lead="No secret, no password and no API key is in it: secrets are named as variables of the environment."
      >
        <Stack gap="sm">
          <Group gap="sm">
            <DownloadButton
              label="Download the configuration as JSON"
              fileName="sluice-config.json"
              request={{ path: 'system/config_package' }}
            >
              JSON document
            </DownloadButton>
            {manifest.data && (
              <DownloadButton
                label="Download the configuration as a zip file"
                fileName="sluice-package.zip"
                request={{ verb: 'POST', path: 'system/package', body: manifest.data }}
              >
                Zip file
              </DownloadButton>
            )}
          </Group>
          {manifest.error && <ErrorPanel error={manifest.error} />}
          <Text size="xs" c="dimmed">
            By script: <code>sluice config export</code>, or GET /api/v2/system/config_package.
          </Text>
        </Stack>
      </Panel>
      <ImportPackage />
    </Page>
  )
}
