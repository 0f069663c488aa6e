import { Handle, type Node, type NodeProps, Position } from '@xyflow/react'
import { KeyRound, Link2 } from 'lucide-react'
import { calledName, type FieldDescription, type TableDescription } from '../../database/description.ts'
import classes from './diagram.module.css'

export interface TableNodeData extends Record<string, unknown> {
  readonly table: TableDescription
  /** Keys alone. */
  readonly isBrief: boolean
  readonly isCentre: boolean
}

/** A table as a box: its name and fields. */
export function TableNode({ data: { table, isBrief, isCentre } }: NodeProps<Node<TableNodeData, 'table'>>) {
  const shown = linesOf(table, isBrief)
  const left = table.field.length - shown.length
  return (
    <div className={classes.box} data-centre={isCentre || undefined}>
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
      {left > 0 && <div className={classes.more}>and {left} more</div>}
      <Handle type="source" position={Position.Right} className={classes.handle} />
    </div>
  )
}

const MOST_LINES = 14

export function linesOf({ field }: TableDescription, isBrief: boolean): readonly FieldDescription[] {
  const shown = isBrief
    ? field.filter(({ is_primary_key, is_foreign_key }) => is_primary_key || is_foreign_key)
    : field
  return shown.slice(0, isBrief ? 5 : MOST_LINES)
}

/** Pixels of a box. */
export function sizeOf(shown: readonly unknown[]): { readonly width: number; readonly height: number } {
  return { width: 220, height: 40 + shown.length * 20 + 24 }
}
