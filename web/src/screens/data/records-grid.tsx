// biome-ignore-all lint/a11y/useSemanticElements: rows and columns out of sight are not there, which a table cannot say
import {
  type ColumnDef,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp, KeyRound } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import type { AnyRecord } from '../../api/wire.ts'
import { calledName, type FieldDescription } from '../../database/description.ts'
import { Cell, isNumber } from './cell.tsx'
import classes from './records-grid.module.css'
import type { View } from './view.ts'

interface RecordsGridProps {
  readonly fields: readonly FieldDescription[]
  readonly rows: readonly AnyRecord[]
  readonly hidden: ReadonlySet<string>
  readonly order: View['order']
  readonly onOrder: (field: string) => void
  readonly onOpen: (row: AnyRecord) => void
}

const features = tableFeatures({ columnSizingFeature, columnResizingFeature, columnVisibilityFeature })

/** Records as a grid: only what is in sight is drawn, columns can be made wider, arrows and Enter work. */
export function RecordsGrid({ fields, rows, hidden, order, onOrder, onOpen }: RecordsGridProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState(0)
  const id = useId()
  const byName = useMemo(() => new Map(fields.map((field) => [calledName(field), field])), [fields])
  const columns = useMemo(() => fields.map(columnOf), [fields])
  const columnVisibility = useMemo(
    () => Object.fromEntries([...hidden].map((name) => [name, false])),
    [hidden],
  )
  const table = useTable({
    features,
    columns,
    data: rows,
    columnResizeMode: 'onChange',
    state: { columnVisibility },
  })
  const headers = table.getHeaderGroups()[0]?.headers ?? []
  const lines = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 10,
  })
  const across = useVirtualizer({
    horizontal: true,
    count: headers.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => headers[index]?.getSize() ?? 0,
    overscan: 3,
  })
  const sizes = headers.map((header) => header.getSize()).join()
  useEffect(() => {
    if (sizes !== '') across.measure()
  }, [across, sizes])
  const width = table.getTotalSize()

  function go(event: KeyboardEvent): void {
    // The buttons of the head have keys of their own.
    if (event.target !== event.currentTarget) return
    const to = STEPS[event.key]?.(active, rows.length)
    const row = rows[active]
    if (to !== undefined) {
      event.preventDefault()
      const next = Math.min(rows.length - 1, Math.max(0, to))
      setActive(next)
      lines.scrollToIndex(next)
    } else if (event.key === 'Enter' && row) onOpen(row)
  }

  return (
    <div
      ref={scroller}
      className={classes.grid}
      role="grid"
      tabIndex={0}
      aria-activedescendant={`${id}-${active}`}
      onKeyDown={go}
      aria-label="Records"
      aria-rowcount={rows.length + 1}
      aria-colcount={headers.length}
    >
      <div role="rowgroup" className={classes.head} style={{ width }}>
        <div role="row" aria-rowindex={1} className={classes.headLine} tabIndex={-1}>
          {across.getVirtualItems().map(({ index, start }) => {
            const header = headers[index]
            const field = header && byName.get(header.column.id)
            if (!header || !field) return null
            const name = header.column.id
            const isOrdered = order?.field === name
            return (
              <div
                key={name}
                role="columnheader"
                tabIndex={-1}
                aria-colindex={index + 1}
                aria-sort={isOrdered ? (order.isDown ? 'descending' : 'ascending') : 'none'}
                className={classes.headCell}
                style={{ left: start, width: header.getSize() }}
              >
                <button
                  type="button"
                  className={classes.sort}
                  onClick={() => onOrder(name)}
                  title={titleOf(field)}
                >
                  {field.is_primary_key && <KeyRound size={12} aria-label="Key" />}
                  <span className={classes.name}>{name}</span>
                  {isOrdered &&
                    (order.isDown ? <ArrowDown size={13} aria-hidden /> : <ArrowUp size={13} aria-hidden />)}
                </button>
                <span
                  className={classes.resize}
                  onMouseDown={header.getResizeHandler()}
                  onTouchStart={header.getResizeHandler()}
                  aria-hidden
                />
              </div>
            )
          })}
        </div>
      </div>
      <div role="rowgroup" className={classes.body} style={{ width, height: lines.getTotalSize() }}>
        {lines.getVirtualItems().map(({ index: line, start: top }) => {
          const row = rows[line]
          if (!row) return null
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the group's, which has the focus
            <div
              key={line}
              id={`${id}-${line}`}
              role="row"
              tabIndex={-1}
              aria-rowindex={line + 2}
              data-active={line === active || undefined}
              className={classes.line}
              style={{ transform: `translateY(${top}px)` }}
              onClick={() => {
                setActive(line)
                onOpen(row)
              }}
            >
              {across.getVirtualItems().map(({ index, start }) => {
                const header = headers[index]
                const field = header && byName.get(header.column.id)
                if (!header || !field) return null
                return (
                  <div
                    key={header.column.id}
                    role="gridcell"
                    tabIndex={-1}
                    aria-colindex={index + 1}
                    className={classes.cell}
                    data-number={isNumber(field) || undefined}
                    style={{ left: start, width: header.getSize() }}
                  >
                    <Cell field={field} value={row[header.column.id]} />
                  </div>
                )
              })}
            </div>
          )
        })}
      </div>
    </div>
  )
}

const LINE_HEIGHT = 32

const STEPS: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowDown: (at) => at + 1,
  ArrowUp: (at) => at - 1,
  PageDown: (at) => at + 15,
  PageUp: (at) => at - 15,
  Home: () => 0,
  End: (_at, count) => count - 1,
}

function columnOf(field: FieldDescription): ColumnDef<typeof features, AnyRecord> {
  const name = calledName(field)
  return { id: name, accessorFn: (row) => row[name], size: widthOf(field, name), minSize: 60, maxSize: 900 }
}

/** A width that most values of the type need, and the name at least. */
function widthOf(field: FieldDescription, name: string): number {
  const forName = name.length * 8 + 44
  if (isNumber(field)) return Math.max(84, forName)
  if (field.type === 'boolean') return Math.max(80, forName)
  if (field.type.startsWith('date') || field.type.startsWith('time')) return Math.max(160, forName)
  if (field.type === 'json' || field.type === 'text') return Math.max(280, forName)
  return Math.min(320, Math.max(140, forName, (field.length ?? 20) * 6))
}

function titleOf({ type, db_type, description }: FieldDescription): string {
  return [db_type ?? type, description].filter(Boolean).join(': ')
}
