import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import * as z from 'zod'
import { useApi } from '../../api/api-context.ts'
import { type AnyRecord, anyRecord } from '../../api/wire.ts'
import { calledName, type RelationDescription, type TableDescription } from '../../database/description.ts'
import { useDatabases } from '../../database/use-database.ts'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { Loading } from '../../parts/loading.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import { nameText, valueText } from './filter-text.ts'
import { recordPath } from './record-address.ts'
import classes from './record-drawer.module.css'

interface RelatedRecordsProps {
  readonly service: string
  readonly description: TableDescription
  readonly recordKey: string
  readonly record: AnyRecord
}

/** The relations of a record; the records of one are read when it is opened. */
export function RelatedRecords(props: RelatedRecordsProps) {
  return (
    <section className={classes.related}>
      <h3>Related records</h3>
      {props.description.related.map((relation) => (
        <Relation key={relation.name} relation={relation} {...props} />
      ))}
    </section>
  )
}

function Relation({ relation, ...props }: RelatedRecordsProps & { readonly relation: RelationDescription }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details className={classes.relation} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {calledName(relation)} <span>{WORDS[relation.type]}</span>
      </summary>
      {isOpen && <Records relation={relation} {...props} />}
    </details>
  )
}

const WORDS = {
  belongs_to: 'this record refers to it',
  has_one: 'one refers to this record',
  has_many: 'refer to this record',
  many_many: 'linked through another table',
} as const

const MOST = 20

function Records({
  relation,
  service,
  description,
  recordKey,
  record,
}: RelatedRecordsProps & { readonly relation: RelationDescription }) {
  const api = useApi()
  const databases = useDatabases()
  const name = calledName(relation)
  const isList = relation.type === 'has_many' || relation.type === 'many_many'
  const related = useQuery({
    queryKey: ['record', service, description.name, recordKey, name],
    queryFn: async ({ signal }) => {
      const answer = await api.read(
        {
          path: recordPath(service, description, recordKey),
          query: { related: name, ...(isList && { [`${name}.limit`]: MOST + 1 }) },
          signal,
        },
        anyRecord,
      )
      return rowsOf.parse(answer[name] ?? [])
    },
  })
  if (related.error) return <ErrorPanel error={related.error} onRetry={() => void related.refetch()} />
  if (!related.data) return <Loading label={`Reading ${name}`} />
  const value = record[relation.field]
  const home = databases.data?.find(({ id }) => id === relation.ref_service_id)?.name ?? service
  return (
    <>
      <Rows rows={related.data.slice(0, MOST)} label={name} />
      {value !== null && value !== undefined && relation.type !== 'many_many' && (
        <TextLink
          to={`/data/${encodeURIComponent(home)}/${encodeURIComponent(relation.ref_table)}`}
          search={{ filter: `${nameText(relation.ref_field)} = ${valueText(String(value))}` }}
        >
          {related.data.length > MOST ? `The first ${MOST}; open all` : 'Open'} in {relation.ref_table}
        </TextLink>
      )}
    </>
  )
}

const rowsOf = z.union([z.array(anyRecord), anyRecord.transform((one) => [one])])

function Rows({ rows, label }: { readonly rows: readonly AnyRecord[]; readonly label: string }) {
  const names = Object.keys(rows[0] ?? {})
  if (names.length === 0) return <p className={classes.type}>There are none.</p>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <section className={classes.scroll} tabIndex={0} aria-label={label}>
      <table className={classes.rows}>
        <thead>
          <tr>
            {names.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, place) => (
            <tr key={String(place)}>
              {names.map((name) => (
                <td key={name}>{oneLine(row[name])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function oneLine(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}
