import { MultiSelect, TagsInput } from '@mantine/core'
import { useTable } from '../../database/use-database.ts'

interface RuleColumnsProps {
  readonly service: string | undefined
  /** Absent: the rule is not about one table. */
  readonly table: string | undefined
  /** None: all of them. */
  readonly fields: readonly string[]
  readonly onChange: (fields: readonly string[]) => void
}

const WORDS = {
  label: 'Columns',
  description:
    'For this role the table has only these: the others are not read, written, filtered by or told of. None chosen: all.',
}

/** Which columns a rule shows. */
export function RuleColumns({ service, table, fields, onChange }: RuleColumnsProps) {
  if (service === undefined || table === undefined)
    return <TagsInput {...WORDS} placeholder="All columns" value={[...fields]} onChange={onChange} />
  return <OfTable service={service} table={table} fields={fields} onChange={onChange} />
}

interface OfTableProps {
  readonly service: string
  readonly table: string
  readonly fields: readonly string[]
  readonly onChange: (fields: readonly string[]) => void
}

function OfTable({ service, table, fields, onChange }: OfTableProps) {
  const description = useTable(service, table)
  const known = (description.data?.field ?? []).map(({ name }) => name)
  // Columns that are gone stay visible: they can be taken out.
  const offered = [...new Set([...known, ...fields])]
  return (
    <MultiSelect
      {...WORDS}
      placeholder={fields.length === 0 ? 'All columns' : ''}
      data={offered}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': 'All columns' }}
      value={[...fields]}
      onChange={onChange}
    />
  )
}
