import { DataTable } from '../../parts/data-table.tsx'
import { Moment } from '../../parts/moment.tsx'
import { StatusMark } from '../../parts/status-mark.tsx'
import classes from './call-log.module.css'
import type { Call } from './calls.ts'

interface CallTableProps {
  readonly calls: readonly Call[]
  readonly onOpen: (call: Call) => void
}

export function CallTable({ calls, onOpen }: CallTableProps) {
  return (
    <DataTable
      label="Calls"
      head={['Time', 'Outcome', 'Caller', 'What', 'Role', 'Took']}
      rows={calls.map((call) => ({
        key: String(call.id),
        cells: [
          <button key="open" type="button" className={classes.open} onClick={() => onOpen(call)}>
            <Moment value={call.created_date} none="" />
          </button>,
          <OutcomeMark key="outcome" call={call} />,
          call.caller,
          <WhatOf key="what" call={call} />,
          call.role ?? '',
          `${(call.duration_us / 1000).toFixed(1)} ms`,
        ],
      }))}
    />
  )
}

function WhatOf({ call: { service, operation, verb, resource, door } }: { readonly call: Call }) {
  return (
    <>
      <div>{[service, operation ?? verb].filter(Boolean).join(' · ')}</div>
      <div className="quiet">{[resource, door.toUpperCase()].filter(Boolean).join(' · ')}</div>
    </>
  )
}

export function OutcomeMark({ call: { outcome, status, row_count } }: { readonly call: Call }) {
  switch (outcome) {
    case 'ok':
      return <StatusMark status="good">Answered</StatusMark>
    case 'refused':
      return <StatusMark status="bad">Refused {status}</StatusMark>
    case 'dropped':
      return <StatusMark status="off">{row_count ?? 0} calls not kept</StatusMark>
    default:
      return <StatusMark status="warn">Failed {status}</StatusMark>
  }
}
