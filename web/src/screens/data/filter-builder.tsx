import { ActionIcon, Button, Group, SegmentedControl, Select, TagsInput, TextInput } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { calledName, type TableDescription } from '../../database/description.ts'
import classes from './filter.module.css'
import { type Condition, filterText, isOperator, OPERATORS } from './filter-text.ts'

interface FilterBuilderProps {
  readonly description: TableDescription
  /** The filter as text, after every change. */
  readonly onChange: (filter: string) => void
}

interface Draft extends Condition {
  readonly key: number
}

/** Comparisons chosen from lists; what they make is the text that everybody else writes. */
export function FilterBuilder({ description, onChange }: FilterBuilderProps) {
  const names = description.field.map(calledName)
  const [joiner, setJoiner] = useState<'and' | 'or'>('and')
  const [drafts, setDrafts] = useState<readonly Draft[]>([
    { key: 0, field: names[0] ?? '', operator: '=', values: [] },
  ])

  function become(next: readonly Draft[], by: 'and' | 'or' = joiner): void {
    setDrafts(next)
    setJoiner(by)
    onChange(filterText(next.filter(isWhole), by))
  }

  function change(key: number, part: Partial<Condition>): void {
    become(drafts.map((draft) => (draft.key === key ? { ...draft, ...part } : draft)))
  }

  return (
    <div className={classes.builder}>
      {drafts.map((draft, place) => (
        <Group key={draft.key} gap="xs" align="flex-start" role="group" aria-label={`Condition ${place + 1}`}>
          <Select
            aria-label="Field"
            w={200}
            searchable
            data={names}
            value={draft.field}
            onChange={(field) => field !== null && change(draft.key, { field })}
            allowDeselect={false}
          />
          <Select
            aria-label="Operator"
            w={130}
            data={Object.keys(OPERATORS)}
            value={draft.operator}
            onChange={(operator) =>
              operator !== null && isOperator(operator) && change(draft.key, { operator, values: [] })
            }
            allowDeselect={false}
          />
          <Values draft={draft} onChange={(values) => change(draft.key, { values })} />
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={`Remove condition ${place + 1}`}
            onClick={() => become(drafts.filter(({ key }) => key !== draft.key))}
          >
            <X size={16} />
          </ActionIcon>
        </Group>
      ))}
      <Group gap="sm">
        <Button
          variant="default"
          size="xs"
          leftSection={<Plus size={14} />}
          onClick={() =>
            become([...drafts, { key: nextKey(drafts), field: names[0] ?? '', operator: '=', values: [] }])
          }
        >
          Add a condition
        </Button>
        {drafts.length > 1 && (
          <SegmentedControl
            size="xs"
            aria-label="How conditions are joined"
            data={[
              { value: 'and', label: 'all hold' },
              { value: 'or', label: 'any holds' },
            ]}
            value={joiner}
            onChange={(value) => become(drafts, value === 'or' ? 'or' : 'and')}
          />
        )}
      </Group>
    </div>
  )
}

function Values({
  draft,
  onChange,
}: {
  readonly draft: Draft
  readonly onChange: (values: readonly string[]) => void
}) {
  const { operator, values } = draft
  const [first = '', second = ''] = values
  const count = OPERATORS[operator]
  if (count === 'none') return null
  if (count === 'many') {
    return (
      <TagsInput
        aria-label="Values"
        w={280}
        placeholder={values.length === 0 ? 'A value, then Enter' : ''}
        value={[...values]}
        onChange={onChange}
      />
    )
  }
  return (
    <>
      <TextInput
        aria-label={count === 'two' ? 'From' : 'Value'}
        w={count === 'two' ? 134 : 280}
        value={first}
        onChange={(event) =>
          onChange(count === 'two' ? [event.currentTarget.value, second] : [event.currentTarget.value])
        }
      />
      {count === 'two' && (
        <TextInput
          aria-label="To"
          w={134}
          value={second}
          onChange={(event) => onChange([first, event.currentTarget.value])}
        />
      )}
    </>
  )
}

/** Whether it says something already. */
function isWhole({ operator, values }: Condition): boolean {
  const needed = { none: 0, one: 1, two: 2, many: 1 }[OPERATORS[operator]]
  return values.filter((value) => value !== '').length >= needed
}

function nextKey(drafts: readonly Draft[]): number {
  return Math.max(-1, ...drafts.map(({ key }) => key)) + 1
}
