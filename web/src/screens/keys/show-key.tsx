import { Modal, Select, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import * as z from 'zod'
import { useApi } from '../../api/api-context.ts'
import { type AnyRecord, listOf } from '../../api/wire.ts'
import { ClientConfiguration } from '../../parts/client-configuration.tsx'
import { CopyText } from '../../parts/copy-text.tsx'
import { ErrorPanel } from '../../parts/error-panel.tsx'

const service = z.object({ name: z.string() })

interface ShowKeyProps {
  readonly record: AnyRecord
  readonly onClose: () => void
}

/** The key to copy, and what a client needs to use it. */
export function ShowKey({ record, onClose }: ShowKeyProps) {
  const api = useApi()
  const [chosen, setChosen] = useState<string | null>(null)
  const services = useQuery({
    queryKey: ['system', 'service', 'names of databases'],
    queryFn: async ({ signal }) => {
      const query = { fields: 'name', filter: '(deletable = true) and (is_active = true)', order: 'name' }
      return (await api.read({ path: 'system/service', query, signal }, listOf(service))).resource
    },
  })
  const known = services.data?.map(({ name }) => name) ?? []
  const name = chosen ?? known[0]
  const apiKey = keyOf(record)
  return (
    <Modal opened onClose={onClose} size="xl" title={`Key: ${String(record.name)}`}>
      <Stack gap="md">
        {apiKey === undefined ? (
          <Text size="sm">
            This server keeps only a hash of its keys, so that it cannot be shown again. Replace it to get a
            new one.
          </Text>
        ) : (
          <CopyText text={apiKey} label={`Key ${String(record.name)}`} />
        )}
        {services.error && <ErrorPanel error={services.error} />}
        {name !== undefined && (
          <>
            <Select
              label="Service"
              description="The role of the key decides whether it is reached."
              data={known}
              allowDeselect={false}
              value={name}
              onChange={setChosen}
            />
            <ClientConfiguration service={name} apiKey={apiKey} />
          </>
        )}
      </Stack>
    </Modal>
  )
}

/** Undefined where it is not kept, or not shown to who asks. */
function keyOf({ api_key }: AnyRecord): string | undefined {
  return typeof api_key === 'string' && /^[\w-]{20,}$/.test(api_key) ? api_key : undefined
}
