import { Code } from '@mantine/core'
import { DataTable } from '../../parts/data-table.tsx'
import { StatusMark } from '../../parts/status-mark.tsx'
import type { FieldChange, PackageChange } from './package-diff.ts'
import classes from './packages.module.css'

interface PackageChangesProps {
  readonly changes: readonly PackageChange[]
  readonly overwrite: boolean
}

/** Record by record: what the import does, and which fields differ. */
export function PackageChanges({ changes, overwrite }: PackageChangesProps) {
  const shown = changes.filter(({ effect }) => effect === 'new' || effect === 'changed')
  const same = changes.filter(({ effect }) => effect === 'same').length
  const kept = changes.filter(({ effect }) => effect === 'kept').length
  return (
    <div>
      {shown.length > 0 && (
        <DataTable
          label="Differences"
          head={['Record', 'Import', 'What differs']}
          rows={shown.map(({ kind, name, effect, fields }) => ({
            key: `${kind} ${name}`,
            cells: [
              `${kind} ${name}`,
              <Effect key="effect" isNew={effect === 'new'} overwrite={overwrite} />,
              <FieldChanges key="fields" fields={fields} isNew={effect === 'new'} />,
            ],
          }))}
        />
      )}
      <p className={classes.rest}>
        {same} {same === 1 ? 'record is' : 'records are'} the same; {kept} {kept === 1 ? 'is' : 'are'} only
        here and {kept === 1 ? 'stays' : 'stay'}.
      </p>
    </div>
  )
}

function Effect({ isNew, overwrite }: { readonly isNew: boolean; readonly overwrite: boolean }) {
  if (isNew) return <StatusMark status="good">Adds</StatusMark>
  return overwrite ? (
    <StatusMark status="warn">Changes</StatusMark>
  ) : (
    <StatusMark status="off">Leaves</StatusMark>
  )
}

function FieldChanges({
  fields,
  isNew,
}: {
  readonly fields: readonly FieldChange[]
  readonly isNew: boolean
}) {
  if (isNew) return <span className="quiet">{fields.map(({ field }) => field).join(', ')}</span>
  return (
    <ul className={classes.fields}>
      {fields.map(({ field, before, after }) => (
        <li key={field}>
          {field}: <Code className={classes.before}>{textOf(before)}</Code> →{' '}
          <Code className={classes.after}>{textOf(after)}</Code>
        </li>
      ))}
    </ul>
  )
}

function textOf(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}
