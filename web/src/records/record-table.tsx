import { ActionIcon, TextInput, Tooltip } from '@mantine/core'
import { Search, Trash2 } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { AnyRecord } from '../api/wire.ts'
import { DataTable } from '../parts/data-table.tsx'
import { nameOfRecord, type RecordColumn, type RecordDefinition } from './record-definition.ts'
import classes from './record-table.module.css'

interface RecordTableProps {
  readonly definition: RecordDefinition
  readonly records: readonly AnyRecord[]
  readonly rowActions: ((record: AnyRecord) => ReactNode) | undefined
  readonly onOpen: (record: AnyRecord) => void
  readonly onDelete: (record: AnyRecord) => void
}

/** From this many records on there is something to search in. */
const WORTH_A_SEARCH = 8

export function RecordTable({ definition, records, rowActions, onOpen, onDelete }: RecordTableProps) {
  const { columns, one, title } = definition
  const [text, setText] = useState('')
  const found = records.filter((record) => contains(record, columns, text))
  const [first, ...others] = columns
  return (
    <>
      {records.length >= WORTH_A_SEARCH && (
        <TextInput
          className={classes.search}
          aria-label={`Search in ${title}`}
          placeholder="Search"
          leftSection={<Search size={14} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      )}
      <DataTable
        label={title}
        head={[...columns.map(({ label }) => label), '']}
        rows={found.map((record) => ({
          key: String(record.id),
          cells: [
            <button key="open" type="button" className={classes.name} onClick={() => onOpen(record)}>
              {shown(record, first)}
            </button>,
            ...others.map((column) => shown(record, column)),
            <span key="actions" className={classes.actions}>
              {rowActions?.(record)}
              <Tooltip label="Delete">
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`Delete the ${one} ${nameOfRecord(definition, record)}`}
                  onClick={() => onDelete(record)}
                >
                  <Trash2 size={15} />
                </ActionIcon>
              </Tooltip>
            </span>,
          ],
        }))}
      />
      {found.length === 0 && <p className={classes.none}>Nothing contains “{text}”.</p>}
    </>
  )
}

function shown(record: AnyRecord, { field, show }: RecordColumn): ReactNode {
  if (show) return show(record)
  const value = record[field]
  if (value === null || value === undefined || value === '') return <span className={classes.nothing}>–</span>
  return typeof value === 'boolean' ? (value ? 'Yes' : 'No') : String(value)
}

function contains(record: AnyRecord, columns: readonly RecordColumn[], text: string): boolean {
  const wanted = text.trim().toLowerCase()
  return columns.some(({ field }) =>
    String(record[field] ?? '')
      .toLowerCase()
      .includes(wanted),
  )
}
