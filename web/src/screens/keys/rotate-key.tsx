import { Button, Group, Modal, Radio, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../api/api-context.ts'
import { utcText } from '../../api/moment.ts'
import { type AnyRecord, anyRecord } from '../../api/wire.ts'
import { ErrorPanel } from '../../parts/error-panel.tsx'

const HOUR_MS = 3_600_000
const OVERLAPS = [
  { value: '0', label: 'At once: whoever uses it is refused until they have the new one' },
  { value: '1', label: 'In an hour' },
  { value: '24', label: 'In a day' },
  { value: '168', label: 'In a week' },
] as const

interface RotateKeyProps {
  readonly record: AnyRecord
  /** With the key that is new. */
  readonly onDone: (record: AnyRecord) => void
  readonly onClose: () => void
}

/** A new key in place of the old one, which may go on for a while so that programs can change over. */
export function RotateKey({ record, onDone, onClose }: RotateKeyProps) {
  const api = useApi()
  const queries = useQueryClient()
  const [hours, setHours] = useState('24')
  const name = String(record.name)
  const rotate = useMutation({
    mutationFn: async () => {
      const ends = hours === '0' ? null : utcText(new Date(Date.now() + Number(hours) * HOUR_MS))
      return await api.read(
        {
          verb: 'PATCH',
          path: `system/app/${String(record.id)}`,
          query: { regenerate: true, fields: '*' },
          body: hours === '0' ? {} : { previous_ends_date: ends },
        },
        anyRecord,
      )
    },
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ['system', 'app'] })
      onDone(made)
    },
  })
  return (
    <Modal opened onClose={onClose} title={`Replace the key ${name}?`}>
      <Stack gap="md">
        <Text size="sm">A new key is made, with the same role. The one that is used now ends:</Text>
        <Radio.Group value={hours} onChange={setHours} aria-label="When the old key ends">
          <Stack gap="xs">
            {OVERLAPS.map(({ value, label }) => (
              <Radio key={value} value={value} label={label} />
            ))}
          </Stack>
        </Radio.Group>
        {rotate.error && <ErrorPanel error={rotate.error} />}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button loading={rotate.isPending} onClick={() => rotate.mutate()}>
            Replace {name}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
