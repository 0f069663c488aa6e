import { ActionIcon, Autocomplete, Button, Checkbox, Tooltip } from '@mantine/core'
import { ListFilter, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { RuleDraft } from './role-draft.ts'
import { VERBS } from './role-draft.ts'
import { RowsDrawer } from './rows-drawer.tsx'
import classes from './rule-matrix.module.css'
import { rowsInWords, serviceName } from './rule-words.ts'
import { type NamedService, useComponents } from './use-roles.ts'

interface RuleMatrixProps {
  readonly rules: readonly RuleDraft[]
  readonly services: readonly NamedService[]
  readonly onChange: (rules: readonly RuleDraft[]) => void
}

/** Services and what of them, times what may be done: one line a rule. */
export function RuleMatrix({ rules, services, onChange }: RuleMatrixProps) {
  const [opened, setOpened] = useState<string>()
  const rule = rules.find(({ key }) => key === opened)
  const put = (changed: RuleDraft) => onChange(rules.map((one) => (one.key === changed.key ? changed : one)))
  if (rules.length === 0)
    return <p className={classes.none}>No rule yet: whoever has this role may do nothing.</p>
  return (
    <div className={classes.around}>
      <table className={classes.matrix} aria-label="Rules">
        <thead>
          <tr>
            <th scope="col">#</th>
            <th scope="col">What, and which rows</th>
            {VERBS.map(({ verb, word }) => (
              <th scope="col" key={verb} className={classes.verb}>
                <Tooltip label={verb}>
                  <span>{word}</span>
                </Tooltip>
              </th>
            ))}
            <th scope="col">
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rules.map((one, at) => (
            <RuleLine
              key={one.key}
              rule={one}
              place={at + 1}
              services={services}
              onChange={put}
              onRows={() => setOpened(one.key)}
              onRemove={() => onChange(rules.filter(({ key }) => key !== one.key))}
            />
          ))}
        </tbody>
      </table>
      {rule && (
        <RowsDrawer
          rule={rule}
          service={serviceName(rule.serviceId, services)}
          onChange={put}
          onClose={() => setOpened(undefined)}
        />
      )}
    </div>
  )
}

interface RuleLineProps {
  readonly rule: RuleDraft
  readonly place: number
  readonly services: readonly NamedService[]
  readonly onChange: (rule: RuleDraft) => void
  readonly onRows: () => void
  readonly onRemove: () => void
}

function RuleLine({ rule, place, services, onChange, onRows, onRemove }: RuleLineProps) {
  const service = serviceName(rule.serviceId, services)
  const components = useComponents(service)
  const names = [
    ...new Set([
      '*',
      '_table/*',
      ...(components.data ?? []).filter((text) => text !== '' && !text.endsWith('/')),
    ]),
  ]
  return (
    <tr>
      <td className={classes.place}>{place}</td>
      <td className={classes.what}>
        <span className={classes.service}>{service ?? 'All services'}</span>
        <Autocomplete
          aria-label={`Component of rule ${place}`}
          size="xs"
          data={names}
          limit={60}
          value={rule.component}
          onChange={(component) => onChange({ ...rule, component })}
          comboboxProps={{ width: 320, position: 'bottom-start' }}
        />
        <Button
          variant="subtle"
          size="compact-sm"
          mt={4}
          leftSection={<ListFilter size={14} />}
          onClick={onRows}
          aria-label={`Rows, columns and limits of rule ${place}: ${rowsInWords(rule)}`}
        >
          <span className={classes.rows}>{rowsInWords(rule)}</span>
        </Button>
      </td>
      {VERBS.map(({ verb, bit, word }) => (
        <td key={verb} className={classes.verb}>
          <Checkbox
            aria-label={`${word}: rule ${place}`}
            checked={(rule.verbMask & bit) !== 0}
            onChange={() => onChange({ ...rule, verbMask: rule.verbMask ^ bit })}
          />
        </td>
      ))}
      <td>
        <ActionIcon variant="subtle" color="red" aria-label={`Take out rule ${place}`} onClick={onRemove}>
          <Trash2 size={16} />
        </ActionIcon>
      </td>
    </tr>
  )
}
