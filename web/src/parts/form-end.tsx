import { Button, Group } from '@mantine/core'

interface FormEndProps {
  readonly onCancel: () => void
  /** What is given is on its way. */
  readonly isSending: boolean
  /** There is nothing to send, or not yet. */
  readonly isDisabled?: boolean
  /** What is sent cannot be taken back. */
  readonly isRisky?: boolean
  /** What sending it does, in words. */
  readonly submit: string
}

/** The last line of a form: leave it, or send it. */
export function FormEnd({ onCancel, isSending, isDisabled = false, isRisky, submit }: FormEndProps) {
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={onCancel}>
        Cancel
      </Button>
      <Button type="submit" loading={isSending} disabled={isDisabled} {...(isRisky && { color: 'red' })}>
        {submit}
      </Button>
    </Group>
  )
}
