import { UnstyledButton } from '@mantine/core'
import { ChevronDown, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { StatusMark } from '../../parts/status-mark.tsx'
import type { PreviewService, PreviewTable } from './preview-answer.ts'
import { VERBS } from './role-draft.ts'
import classes from './role-preview.module.css'

/** One service as the role sees it. */
export function PreviewedService({ service }: { readonly service: PreviewService }) {
  const { label, problem, tools, tokens, tables } = service
  const seen = tables.filter(({ verbs }) => VERBS.some(({ verb }) => verbs[verb].allowed))
  const unseen = tables.filter((table) => !seen.includes(table))
  return (
    <section className={classes.service} aria-label={`Preview of ${label}`}>
      <h3 className={classes.title}>{label}</h3>
      {problem !== undefined && <StatusMark status="warn">{problem}</StatusMark>}
      {problem === undefined && (
        <p className={classes.facts}>
          <strong>{tools.length}</strong> tools, about <strong>{tokens.toLocaleString('en')}</strong> tokens;{' '}
          <strong>{seen.length}</strong> of {tables.length} tables
        </p>
      )}
      {tools.length > 0 && (
        <details className={classes.tools}>
          <summary>The list of tools an agent gets</summary>
          <ul>
            {tools.map(({ name }) => (
              <li key={name}>
                <code>{name}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
      {seen.map((table) => (
        <PreviewedTable key={table.name} table={table} />
      ))}
      {unseen.length > 0 && <Unseen tables={unseen} />}
    </section>
  )
}

function PreviewedTable({ table }: { readonly table: PreviewTable }) {
  const [isOpen, setOpen] = useState(false)
  const { name, verbs, columns } = table
  const words = VERBS.filter(({ verb }) => verbs[verb].allowed).map(({ word }) => word.toLowerCase())
  const Sign = isOpen ? ChevronDown : ChevronRight
  return (
    <div className={classes.table}>
      <UnstyledButton className={classes.head} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Sign size={14} aria-hidden />
        <span className={classes.name}>{name}</span>
        <span className={classes.words}>{words.join(', ')}</span>
        <span className={classes.count}>{rowsText(table)}</span>
      </UnstyledButton>
      {isOpen && (
        <dl className={classes.why}>
          {VERBS.map(({ verb, word }) => (
            <div key={verb} className={classes.reason}>
              <dt>
                <StatusMark status={verbs[verb].allowed ? 'good' : 'off'}>{word}</StatusMark>
              </dt>
              <dd>
                {verbs[verb].why}
                {verbs[verb].rules.length > 0 &&
                  ` (rule ${verbs[verb].rules.map((at) => at + 1).join(', ')})`}
              </dd>
            </div>
          ))}
          <div className={classes.reason}>
            <dt>Columns</dt>
            <dd>{columns.length === 0 ? 'none' : columns.join(', ')}</dd>
          </div>
        </dl>
      )}
    </div>
  )
}

function rowsText({ rows, verbs, has_row_filter: isFiltered }: PreviewTable): string {
  if (!verbs.GET.allowed) return 'no rows'
  if (!rows) return isFiltered ? 'some rows' : 'all rows'
  if (rows.visible === null) return rows.problem ?? 'not counted'
  const total = rows.total === null ? '' : ` of ${rows.total.toLocaleString('en')}`
  return `${rows.visible.toLocaleString('en')}${total} rows`
}

function Unseen({ tables }: { readonly tables: readonly PreviewTable[] }) {
  const [first] = tables
  return (
    <details className={classes.tools}>
      <summary>
        {tables.length} {tables.length === 1 ? 'table is' : 'tables are'} not there for it
      </summary>
      <p className={classes.unseen}>{tables.map(({ name }) => name).join(', ')}</p>
      {first && <p className={classes.unseen}>{first.verbs.GET.why}</p>}
    </details>
  )
}
