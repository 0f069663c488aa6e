import { Alert, Stack, Text } from '@mantine/core'
import { CircleCheck } from 'lucide-react'
import * as z from 'zod'
import { CopyText } from '../../parts/copy-text.tsx'

const names = z.record(z.string(), z.array(z.string()))

export const imported = z.object({
  created: names,
  updated: names,
  skipped: names,
  /** Of new apps, told once. */
  api_keys: z.array(z.object({ app: z.string(), api_key: z.string() })).optional(),
})
export type Imported = z.infer<typeof imported>

/** What was done; new keys are shown here and nowhere else. */
export function ImportResult({
  result: { created, updated, skipped, api_keys = [] },
}: {
  readonly result: Imported
}) {
  return (
    <Alert color="teal" variant="light" icon={<CircleCheck size={18} />} title="Imported" role="status">
      <Stack gap={6}>
        <Text size="sm">
          {countOf(created)} added, {countOf(updated)} changed, {countOf(skipped)} left as they were.
        </Text>
        {api_keys.length > 0 && <Text size="sm">New keys:</Text>}
        {api_keys.map(({ app, api_key }) => (
          <div key={app}>
            <Text size="sm" fw={600}>
              {app}
            </Text>
            <CopyText text={api_key} label={`Key of ${app}`} />
          </div>
        ))}
      </Stack>
    </Alert>
  )
}

function countOf(lists: Readonly<Record<string, readonly string[]>>): number {
  return Object.values(lists).reduce((sum, list) => sum + list.length, 0)
}
