import type { ReactNode } from 'react'
import classes from './data-table.module.css'

interface DataTableProps {
  /** What it lists, for screen readers. */
  readonly label: string
  readonly head: readonly string[]
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[]
}

/** A short list with columns; long ones belong into a virtual grid. */
export function DataTable({ label, head, rows }: DataTableProps) {
  return (
    <div className={classes.around}>
      <table className={classes.table} aria-label={label}>
        <thead>
          <tr>
            {head.map((title, index) => (
              <th key={title || `column ${index}`} scope="col">
                {title || <span className="visually-hidden">Actions</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key}>
              {cells.map((cell, index) => (
                <td key={head[index] || `column ${index}`} data-actions={head[index] === '' || undefined}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
