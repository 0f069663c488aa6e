import { Handle, type Node, type NodeProps, Position } from '@xyflow/react'
import { KeyRound, Link2 } from 'lucide-react'
import { calledName, type FieldDescription, type TableDescription } from '../../database/description.ts'
import classes from './diagram.module.css'

/** What is shown of a table. */
export type Detail = 'name' | 'keys' | 'fields'

export interface TableNodeData extends Record<string, unknown> {
  readonly table: TableDescription
  readonly detail: Detail
  readonly isCentre: boolean
}

/** A table as a box: its name and fields. */
export function TableNode({ data: { table, detail, isCentre } }: NodeProps<Node<TableNodeData, 'table'>>) {
  const shown = linesOf(table, detail)
  const left = table.field.length - shown.length
  return (
    <div className={classes.box} data-detail={detail} data-centre={isCentre || undefined}>
      <Handle type="target" position={Position.Left} className={classes.handle} />
      <div className={classes.name}>{calledName(table)}</div>
      <ul className={classes.fields}>
        {shown.map((field) => (
          <li key={field.name}>
            {field.is_primary_key ? (
              <KeyRound size={11} aria-label="Key" />
            ) : field.is_foreign_key ? (
              <Link2 size={11} aria-label="Reference" />
            ) : (
              <span className={classes.noMark} />
            )}
            <span className={classes.field}>{calledName(field)}</span>
            <span className={classes.type}>{field.type}</span>
          </li>
        ))}
      </ul>
      {left > 0 && detail !== 'name' && <div className={classes.more}>and {left} more</div>}
      <Handle type="source" position={Position.Right} className={classes.handle} />
    </div>
  )
}

const MOST_LINES = 14

function linesOf({ field }: TableDescription, detail: Detail): readonly FieldDescription[] {
  if (detail === 'name') return []
  if (detail === 'fields') return field.slice(0, MOST_LINES)
  return field.filter(({ is_primary_key, is_foreign_key }) => is_primary_key || is_foreign_key).slice(0, 5)
}

/** Pixels of a box. */
export function sizeOf(
  table: TableDescription,
  detail: Detail,
): { readonly width: number; readonly height: number } {
  if (detail === 'name') return { width: 220, height: 46 }
  return { width: 220, height: 40 + linesOf(table, detail).length * 20 + 24 }
}
