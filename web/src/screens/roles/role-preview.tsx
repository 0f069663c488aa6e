import { Badge, Select, Text } from '@mantine/core'
import { TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Panel } from '../../parts/panel.tsx'
import type { PreviewAnswer } from './preview-answer.ts'
import { PreviewChanges } from './preview-changes.tsx'
import { PreviewedService } from './previewed-service.tsx'
import type { RoleDraft, RuleDraft, StoredRole } from './role-draft.ts'
import { ruleToWire } from './role-draft.ts'
import classes from './role-preview.module.css'
import { type NamedService, type RoleState, usePreview } from './use-roles.ts'

interface RolePreviewProps {
  readonly draft: RoleDraft
  readonly services: readonly NamedService[]
  /** As it is stored. */
  readonly role: StoredRole | undefined
  readonly roles: readonly StoredRole[]
}

/** What the rules open, as they stand on this page: found out by the server, which takes the role on. */
export function RolePreview({ draft, role, roles }: RolePreviewProps) {
  const [other, setOther] = useState(role ? String(role.id) : '')
  const of: RoleState = {
    rules: draft.rules.map(withoutUnfinished).map(ruleToWire),
    is_active: draft.isActive,
  }
  const preview = usePreview(of, other === '' ? undefined : { role: Number(other) })
  const answer = preview.data
  return (
    <Panel
      title="What it opens"
      lead="Live, with the rules as they stand here; nothing is saved for it."
      actions={
        preview.isFetching && (
          <Text size="xs" c="dimmed" role="status">
            Looking …
          </Text>
        )
      }
    >
      <div className={classes.preview} aria-live="polite">
        {preview.error && <ErrorPanel title="This cannot be previewed" error={preview.error} />}
        {!answer && !preview.error && <Loading label="Looking what the role opens" />}
        {answer && !preview.error && <Warnings answer={answer} />}
        {answer && !preview.error && <Services answer={answer} />}
        <Select
          label="Compare with"
          data={[
            { value: '', label: 'Nothing' },
            ...roles.map(({ id, name }) => ({
              value: String(id),
              label: id === role?.id ? `${name}, as it is saved` : name,
            })),
          ]}
          allowDeselect={false}
          value={other}
          onChange={(next) => setOther(next ?? '')}
        />
        {answer?.changes && !preview.error && <PreviewChanges changes={answer.changes} />}
      </div>
    </Panel>
  )
}

/** A condition without a field is still being written. */
function withoutUnfinished(rule: RuleDraft): RuleDraft {
  return { ...rule, filters: rule.filters.filter(({ name }) => name.trim() !== '') }
}

const KINDS: Readonly<Record<string, string>> = {
  no_effect: 'changes nothing',
  shadowed: 'never decides',
  opens_more: 'opens more than it may look',
}

function Warnings({ answer: { warnings } }: { readonly answer: PreviewAnswer }) {
  return warnings.map(({ rule, kind, message }) => (
    <div key={`${rule} ${message}`} className={classes.warning} role="note">
      <TriangleAlert size={16} aria-hidden className={classes.sign} />
      <span>
        <strong>
          Rule {rule + 1} {KINDS[kind] ?? kind}.
        </strong>{' '}
        {message}
      </span>
    </div>
  ))
}

function Services({ answer: { services } }: { readonly answer: PreviewAnswer }) {
  const reached = services.filter((one) => one.reached || one.problem !== undefined)
  const hidden = services.length - reached.length
  return (
    <>
      {reached.map((service) => (
        <PreviewedService key={service.service} service={service} />
      ))}
      {hidden > 0 && (
        <Text size="sm" c="dimmed">
          <Badge variant="default" mr={6}>
            {hidden}
          </Badge>
          {hidden === 1 ? 'service is' : 'services are'} out of reach:{' '}
          {services
            .filter((one) => !reached.includes(one))
            .map(({ label }) => label)
            .join(', ')}
          .
        </Text>
      )}
    </>
  )
}
