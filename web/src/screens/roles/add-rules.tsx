import { Button, MultiSelect, Select } from '@mantine/core'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { wordsOf } from '../../api/api-error.ts'
import classes from './add-rules.module.css'
import { newRule, type RuleDraft } from './role-draft.ts'
import { type NamedService, useComponents } from './use-roles.ts'

interface AddRulesProps {
  readonly services: readonly NamedService[]
  readonly onAdd: (rules: readonly RuleDraft[]) => void
}

const READ = 1
const ALL_TABLES = '_table/*'
const EVERYTHING = '*'

/** Chooses a service and tables of it: each becomes a rule that reads. */
export function AddRules({ services, onAdd }: AddRulesProps) {
  const [id, setId] = useState<string | null>(null)
  const [chosen, setChosen] = useState<string[]>([])
  const service = services.find((one) => String(one.id) === id)
  const components = useComponents(service?.name)
  const add = () => {
    if (!service) return
    onAdd(chosen.map((component) => newRule(service.id, component, READ)))
    setChosen([])
  }
  return (
    <div className={classes.add}>
      <Select
        label="Service"
        placeholder="Choose a service"
        data={services.map((one) => ({ value: String(one.id), label: one.label || one.name }))}
        searchable
        value={id}
        onChange={(next) => {
          setId(next)
          setChosen([])
        }}
      />
      <MultiSelect
        label="Tables"
        placeholder={chosen.length === 0 ? 'Choose tables to read' : ''}
        data={choicesOf(components.data ?? [])}
        limit={200}
        searchable
        disabled={!service}
        error={components.error ? wordsOf(components.error).message : undefined}
        value={chosen}
        onChange={setChosen}
        nothingFoundMessage="There is none of that name"
      />
      <Button
        leftSection={<Plus size={16} />}
        variant="default"
        disabled={!service || chosen.length === 0}
        onClick={add}
      >
        Add {chosen.length > 1 ? `${chosen.length} rules` : 'a rule'}
      </Button>
    </div>
  )
}

/** Tables by name, then what covers many things at once. */
function choicesOf(components: readonly string[]) {
  const tables = components.filter((text) => /^_table\/[^/*]+\/\*$/.test(text))
  const others = components.filter(
    (text) => text.endsWith('*') && !tables.includes(text) && text !== ALL_TABLES && text !== EVERYTHING,
  )
  return [
    {
      group: 'Tables',
      items: tables.map((value) => ({ value, label: value.slice('_table/'.length, -'/*'.length) })),
    },
    {
      group: 'Many at once',
      items: [
        { value: ALL_TABLES, label: 'All tables' },
        { value: EVERYTHING, label: 'Everything of the service' },
      ],
    },
    { group: 'Other', items: others.map((value) => ({ value, label: value })) },
  ]
}
