import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { ErrorPanel } from './error-panel.tsx'

interface ConfirmStepProps {
  /** "Delete the service shop?" */
  readonly title: string
  /** What will be gone or stop working. */
  readonly children: ReactNode
  /** Names the step: "Delete shop". */
  readonly label: string
  /** Carries it out; what it throws is shown here. `isForced` where the box was ticked. */
  readonly carryOut: (isForced: boolean) => Promise<void>
  /** Offers to do it all the same, after an error that `offersForce`. */
  readonly force?: { readonly label: string; readonly offersFor: (error: unknown) => boolean }
  readonly onClose: () => void
}

/** Asks before anything is lost, and names what. */
export function ConfirmStep({ title, children, label, carryOut, force, onClose }: ConfirmStepProps) {
  const [isForced, setForced] = useState(false)
  const step = useMutation({ mutationFn: () => carryOut(isForced), onSuccess: onClose })
  const isForceOffered = force !== undefined && step.error !== null && force.offersFor(step.error)
  return (
    <Modal opened onClose={onClose} title={title}>
      <Stack gap="md">
        <Text size="sm" component="div">
          {children}
        </Text>
        {step.error && <ErrorPanel error={step.error} />}
        {isForceOffered && (
          <Checkbox
            label={force.label}
            checked={isForced}
            onChange={(event) => setForced(event.currentTarget.checked)}
          />
        )}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button
            color="red"
            loading={step.isPending}
            disabled={isForceOffered && !isForced}
            onClick={() => step.mutate()}
          >
            {label}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
