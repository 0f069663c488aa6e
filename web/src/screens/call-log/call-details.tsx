import { Fragment, type ReactNode } from 'react'
import { CopyText } from '../../parts/copy-text.tsx'
import classes from './call-log.module.css'
import { OutcomeMark } from './call-table.tsx'
import type { Call } from './calls.ts'

/** Everything that is known of a call. */
export function CallDetails({ call }: { readonly call: Call }) {
  const lines: readonly (readonly [string, ReactNode])[] = [
    ['Outcome', <OutcomeMark key="outcome" call={call} />],
    ['Why', [call.code, call.reason].filter(Boolean).join(': ')],
    ['Rule', call.rule],
    ['Caller', call.caller],
    ['Tried by', call.acted_by],
    ['Role', call.role],
    ['Service', call.service],
    ['Tool', call.operation],
    ['Resource', [call.verb, call.resource].filter(Boolean).join(' ')],
    ['Door', call.door.toUpperCase()],
    ['Time', call.created_date],
    ['Took', `${(call.duration_us / 1000).toFixed(2)} ms`],
    ['Rows', call.row_count?.toLocaleString('en')],
    ['Bytes', call.byte_count?.toLocaleString('en')],
    ['Tokens', call.token_count?.toLocaleString('en')],
    ['Request id', call.request_id && <CopyText key="id" text={call.request_id} label="Request id" />],
  ]
  return (
    <dl className={classes.details}>
      {lines
        .filter(([, value]) => value !== null && value !== undefined && value !== '')
        .map(([label, value]) => (
          <Fragment key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
    </dl>
  )
}
