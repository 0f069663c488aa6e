import { useNavigate } from '@tanstack/react-router'
import { ConfirmStep } from '../../parts/confirm-step.tsx'
import { asksForForce, schemaPath, useSchemaChange } from './change-schema.ts'

export type Dropped =
  | { readonly kind: 'table'; readonly name: string }
  | { readonly kind: 'field' | 'relation'; readonly table: string; readonly name: string }

interface DropStepProps {
  readonly service: string
  readonly dropped: Dropped
  readonly onClose: () => void
}

const LOST = {
  table: 'The table goes with all of its rows, for everybody who uses this database; this cannot be undone.',
  field: 'The field goes with its values in all rows; this cannot be undone.',
  relation: 'Requests that name the relation are refused from then on. No row changes.',
} as const

/** Asks before a table, a field or a relation goes, and once more where values would be lost. */
export function DropStep({ service, dropped, onClose }: DropStepProps) {
  const navigate = useNavigate()
  const change = useSchemaChange(service)
  const { kind, name } = dropped
  return (
    <ConfirmStep
      title={kind === 'relation' ? `Take away the relation ${name}?` : `Drop the ${kind} ${name}?`}
      label={kind === 'relation' ? `Take away ${name}` : `Drop ${name}`}
      force={{ label: 'Drop it with the values that are in it', offersFor: asksForForce }}
      carryOut={async (isForced) => {
        await change.mutateAsync({
          verb: 'DELETE',
          path: dropped.kind === 'table' ? schemaPath(service, name) : pathOf(service, dropped),
          query: { force: isForced || undefined },
          done:
            kind === 'relation' ? `The relation ${name} is taken away.` : `The ${kind} ${name} is dropped.`,
        })
        if (kind === 'table') await navigate({ to: `/schema/${encodeURIComponent(service)}` })
      }}
      onClose={onClose}
    >
      {LOST[kind]}
    </ConfirmStep>
  )
}

function pathOf(service: string, { kind, table, name }: Exclude<Dropped, { kind: 'table' }>): string {
  return schemaPath(service, table, kind === 'field' ? '_field' : '_related', name)
}
