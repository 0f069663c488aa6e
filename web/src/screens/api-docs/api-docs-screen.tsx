import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ExternalLink } from 'lucide-react'
import * as z from 'zod'
import { useApi } from '../../api/api-context.ts'
import { listOf } from '../../api/wire.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { DownloadButton } from '../../parts/download-button.tsx'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Page } from '../../parts/page.tsx'
import { Panel } from '../../parts/panel.tsx'

const service = z.object({ name: z.string(), label: z.string(), description: z.string().nullable() })

/** OpenAPI documents: to read and try at /docs, and as files. */
export function ApiDocsScreen() {
  const api = useApi()
  const list = useQuery({
    queryKey: ['system', 'service', 'documents'],
    queryFn: ({ signal }) =>
      api.read(
        {
          path: 'system/service',
          query: { fields: 'name,label,description', filter: 'is_active = true', order: 'name' },
          signal,
        },
        listOf(service),
      ),
  })
  return (
    <Page
      title="API docs"
      lead="Everything this console does goes through the same API. Its documents are made for whoever asks: a key sees what its role allows."
      actions={
        <Button
          component="a"
          href="/docs"
          target="_blank"
          rel="noreferrer"
          rightSection={<ExternalLink size={15} />}
        >
          Read and try it
        </Button>
      }
    >
      <Panel title="OpenAPI 3.1 documents" lead="For client generators and API tools." isFlush>
        {list.isPending && <Loading label="Loading services" />}
        {list.error && <ErrorPanel error={list.error} onRetry={() => void list.refetch()} />}
        {list.data && (
          <DataTable
            label="OpenAPI documents"
            head={['Service', 'What it is', '']}
            rows={list.data.resource.map(({ name, label, description }) => ({
              key: name,
              cells: [
                name,
                description ?? label,
                <DownloadButton
                  key="file"
                  label={`Download the document of ${name}`}
                  fileName={`${name}.openapi.json`}
                  request={{ path: `api_docs/${encodeURIComponent(name)}` }}
                />,
              ],
            }))}
          />
        )}
      </Panel>
    </Page>
  )
}
