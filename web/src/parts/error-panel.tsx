import { Alert, Button, Text } from '@mantine/core'
import { TriangleAlert } from 'lucide-react'
import { wordsOf } from '../api/api-error.ts'

interface ErrorPanelProps {
  readonly error: unknown
  /** Stands before the message: what was tried. */
  readonly title?: string
  readonly onRetry?: (() => void) | undefined
}

/** What went wrong, in the API's words, and what helps. */
export function ErrorPanel({ error, title, onRetry }: ErrorPanelProps) {
  const { message, hint } = wordsOf(error)
  return (
    <Alert color="red" variant="light" role="alert" icon={<TriangleAlert size={18} />} title={title}>
      <Text size="sm">{message}</Text>
      {hint !== undefined && (
        <Text size="sm" mt={4} data-part="hint">
          {hint}
        </Text>
      )}
      {onRetry && (
        <Button mt="sm" size="xs" variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </Alert>
  )
}
