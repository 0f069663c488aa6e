import {
  ActionIcon,
  Autocomplete,
  Button,
  Drawer,
  NumberInput,
  SegmentedControl,
  Select,
  Stack,
  Text,
  TextInput,
} from '@mantine/core'
import { Plus, Trash2 } from 'lucide-react'
import { useTable } from '../../database/use-database.ts'
import type { RowFilter, RowLimits, RuleDraft } from './role-draft.ts'
import classes from './rows-drawer.module.css'
import { RuleColumns } from './rule-columns.tsx'
import { tableOf } from './rule-words.ts'

interface RowsDrawerProps {
  readonly rule: RuleDraft
  readonly service: string | undefined
  readonly onChange: (rule: RuleDraft) => void
  readonly onClose: () => void
}

/** The rows and columns a rule is about, and what one request may take of them. */
export function RowsDrawer({ rule, service, onChange, onClose }: RowsDrawerProps) {
  const { filters, filterOp } = rule
  const put = (at: number, changed: RowFilter) =>
    onChange({ ...rule, filters: filters.map((one, index) => (index === at ? changed : one)) })
  return (
    <Drawer opened onClose={onClose} title={`Rows, columns and limits: ${rule.component || 'everything'}`}>
      <Stack gap="md">
        <RuleColumns
          service={service}
          table={tableOf(rule)}
          fields={rule.fields}
          onChange={(fields) => onChange({ ...rule, fields })}
        />
        <Text size="sm" c="dimmed">
          Rows that do not fit do not exist for this role: they are not read, counted, changed or told of in
          errors. A value may be a lookup, such as {'{user.id}'}.
        </Text>
        {filters.length > 1 && (
          <SegmentedControl
            aria-label="How conditions are joined"
            data={[
              { value: 'AND', label: 'All of these' },
              { value: 'OR', label: 'Any of these' },
            ]}
            value={filterOp === 'OR' ? 'OR' : 'AND'}
            onChange={(next) => onChange({ ...rule, filterOp: next })}
          />
        )}
        {filters.map((filter, at) => (
          <Condition
            // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no name of their own
            key={at}
            place={at + 1}
            filter={filter}
            service={service}
            table={tableOf(rule)}
            onChange={(changed) => put(at, changed)}
            onRemove={() => onChange({ ...rule, filters: filters.filter((_, index) => index !== at) })}
          />
        ))}
        <Button
          variant="default"
          leftSection={<Plus size={16} />}
          onClick={() => onChange({ ...rule, filters: [...filters, NEW_FILTER] })}
        >
          Add a condition
        </Button>
        <Limits limits={rule.limits} onChange={(limits) => onChange({ ...rule, limits })} />
        <Button onClick={onClose}>Done</Button>
      </Stack>
    </Drawer>
  )
}

const NEW_FILTER: RowFilter = { name: '', operator: '=', value: '' }
const OPERATORS = [
  '=',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'in',
  'not in',
  'between',
  'like',
  'contains',
  'starts with',
  'ends with',
  'is null',
  'is not null',
]

interface ConditionProps {
  readonly place: number
  readonly filter: RowFilter
  readonly service: string | undefined
  /** Whose fields are offered. */
  readonly table: string | undefined
  readonly onChange: (filter: RowFilter) => void
  readonly onRemove: () => void
}

function Condition({ place, filter, service, table, onChange, onRemove }: ConditionProps) {
  const isBare = filter.operator.startsWith('is ')
  const name = { 'aria-label': `Field of condition ${place}`, placeholder: 'Field', value: filter.name }
  const onName = (next: string) => onChange({ ...filter, name: next })
  return (
    <div className={classes.condition}>
      {service !== undefined && table !== undefined ? (
        <TableFields service={service} table={table} {...name} onChange={onName} />
      ) : (
        <TextInput {...name} onChange={(event) => onName(event.currentTarget.value)} />
      )}
      <Select
        aria-label={`Operator of condition ${place}`}
        data={OPERATORS}
        allowDeselect={false}
        value={filter.operator}
        onChange={(next) =>
          onChange({
            ...filter,
            operator: next ?? '=',
            value: next?.startsWith('is ') ? undefined : (filter.value ?? ''),
          })
        }
      />
      <TextInput
        aria-label={`Value of condition ${place}`}
        placeholder={filter.operator.includes('in') ? 'one, two' : 'Value'}
        disabled={isBare}
        value={isBare ? '' : textOf(filter.value)}
        onChange={(event) => onChange({ ...filter, value: event.currentTarget.value })}
      />
      <ActionIcon variant="subtle" color="red" aria-label={`Take out condition ${place}`} onClick={onRemove}>
        <Trash2 size={16} />
      </ActionIcon>
    </div>
  )
}

interface TableFieldsProps {
  readonly service: string
  readonly table: string
  readonly 'aria-label': string
  readonly placeholder: string
  readonly value: string
  readonly onChange: (value: string) => void
}

function TableFields({ service, table, ...rest }: TableFieldsProps) {
  const description = useTable(service, table)
  return <Autocomplete {...rest} limit={60} data={(description.data?.field ?? []).map(({ name }) => name)} />
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') : value === undefined || value === null ? '' : String(value)
}

const LIMITS = [
  { name: 'max_rows', label: 'Most rows of an answer', step: 100 },
  { name: 'max_affected_rows', label: 'Most rows one request may write', step: 1 },
  { name: 'timeout_ms', label: 'Longest time of a request, in milliseconds', step: 1_000 },
] as const

interface LimitsProps {
  readonly limits: RowLimits
  readonly onChange: (limits: RowLimits) => void
}

function Limits({ limits, onChange }: LimitsProps) {
  return (
    <Stack gap="sm">
      <Text fw={600} size="sm">
        Limits of one request
      </Text>
      {LIMITS.map(({ name, label, step }) => (
        <NumberInput
          key={name}
          label={label}
          placeholder="No limit"
          min={name === 'max_affected_rows' ? 0 : 1}
          step={step}
          value={limits[name] ?? ''}
          onChange={(next) => {
            const { [name]: _, ...others } = limits
            onChange(next === '' ? others : { ...others, [name]: Number(next) })
          }}
        />
      ))}
    </Stack>
  )
}
