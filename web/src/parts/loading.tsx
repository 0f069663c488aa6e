import { Skeleton, Stack } from '@mantine/core'

const WIDTHS = ['100%', '92%', '96%', '70%'] as const

/** In place of what is being read; says so to screen readers. */
export function Loading({ label = 'Loading' }: { readonly label?: string }) {
  return (
    <Stack gap="sm" p="md" role="status" aria-label={label}>
      {WIDTHS.map((width) => (
        <Skeleton key={width} h={16} w={width} />
      ))}
    </Stack>
  )
}
