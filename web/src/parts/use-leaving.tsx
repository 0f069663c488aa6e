import { type ReactNode, useState } from 'react'
import { ConfirmStep } from './confirm-step.tsx'

interface Leaving {
  /** Closes, after a question where something would be lost. */
  readonly leave: () => void
  /** The question; stands somewhere in the form. */
  readonly question: ReactNode
}

/** Keeps a form that was changed from being closed by mistake. */
export function useLeaving(isDirty: boolean, onClose: () => void): Leaving {
  const [isAsked, setAsked] = useState(false)
  return {
    leave: () => (isDirty ? setAsked(true) : onClose()),
    question: isAsked && (
      <ConfirmStep
        title="Leave without saving?"
        label="Throw away my changes"
        carryOut={async () => onClose()}
        onClose={() => setAsked(false)}
      >
        What you entered is not saved.
      </ConfirmStep>
    ),
  }
}
