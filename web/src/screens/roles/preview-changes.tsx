import { Text } from '@mantine/core'
import type { PreviewChange } from './preview-answer.ts'
import classes from './role-preview.module.css'

/** What the rules give and take against what they are compared with. */
export function PreviewChanges({ changes }: { readonly changes: readonly PreviewChange[] }) {
  if (changes.length === 0)
    return (
      <Text size="sm" c="dimmed">
        Both let their callers see and do the same.
      </Text>
    )
  return (
    <ul className={classes.changes} aria-label="Changes">
      {changes.flatMap(({ service, tools, tables }) => [
        ...tools.added.map((name) => (
          <li key={`${service} +${name}`} data-change="more">
            {service}: the tool {name} is added
          </li>
        )),
        ...tools.removed.map((name) => (
          <li key={`${service} -${name}`} data-change="less">
            {service}: the tool {name} is gone
          </li>
        )),
        ...tables.flatMap((table) => linesOf(service, table)),
      ])}
    </ul>
  )
}

function linesOf(service: string, { table, granted, taken, columns, rows }: PreviewChange['tables'][number]) {
  const place = `${service}.${table}`
  const shown = (count: number | null) => (count === null ? 'an unknown number' : count.toLocaleString('en'))
  return [
    ...(granted.length > 0
      ? [
          <li key={`${place} more`} data-change="more">
            {place}: {granted.join(', ')} allowed now
          </li>,
        ]
      : []),
    ...(taken.length > 0
      ? [
          <li key={`${place} less`} data-change="less">
            {place}: {taken.join(', ')} no longer allowed
          </li>,
        ]
      : []),
    ...(columns.added.length > 0
      ? [
          <li key={`${place} columns more`} data-change="more">
            {place}: {columns.added.join(', ')} shown now
          </li>,
        ]
      : []),
    ...(columns.removed.length > 0
      ? [
          <li key={`${place} columns less`} data-change="less">
            {place}: {columns.removed.join(', ')} no longer shown
          </li>,
        ]
      : []),
    ...(rows.before === rows.after
      ? []
      : [
          <li key={`${place} rows`} data-change={(rows.after ?? 0) > (rows.before ?? 0) ? 'more' : 'less'}>
            {place}: {shown(rows.after)} rows instead of {shown(rows.before)}
          </li>,
        ]),
  ]
}
