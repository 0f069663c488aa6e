import { Button, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import * as z from 'zod'
import { useApi } from '../../api/api-context.ts'
import { listOf } from '../../api/wire.ts'
import classes from './call-log.module.css'
import type { CallFilter } from './calls.ts'

const OUTCOMES = [
  { value: 'ok', label: 'Answered' },
  { value: 'refused', label: 'Refused' },
  { value: 'failed', label: 'Failed' },
] as const
const DOORS = [
  { value: 'rest', label: 'REST' },
  { value: 'mcp', label: 'MCP' },
  { value: 'stdio', label: 'MCP over stdio' },
] as const
const HOURS = [
  { value: '1', label: 'Last hour' },
  { value: '24', label: 'Last day' },
  { value: '168', label: 'Last week' },
] as const
/** Between the last letter and the request, in milliseconds. */
const PAUSE_MS = 300

const service = z.object({ name: z.string() })

interface CallFiltersProps {
  readonly filter: CallFilter
  readonly onChange: (filter: CallFilter) => void
}

export function CallFilters({ filter, onChange }: CallFiltersProps) {
  const api = useApi()
  const [caller, setCaller] = useState(filter.caller ?? '')
  const services = useQuery({
    queryKey: ['system', 'service', 'all names'],
    queryFn: async ({ signal }) =>
      (
        await api.read(
          { path: 'system/service', query: { fields: 'name', order: 'name' }, signal },
          listOf(service),
        )
      ).resource,
  })
  const set = (part: CallFilter) => onChange(given({ ...filter, ...part }))
  const setLater = useDebouncedCallback((text: string) => set({ caller: text.trim() }), PAUSE_MS)
  const choice = (
    label: string,
    name: keyof CallFilter,
    data: readonly { value: string; label: string }[],
  ) => (
    <Select
      label={label}
      placeholder="All"
      clearable
      data={data}
      value={filter[name] ?? null}
      onChange={(value) => set({ [name]: value ?? undefined })}
    />
  )
  return (
    <search className={classes.filters} aria-label="Filters">
      {choice('Outcome', 'outcome', OUTCOMES)}
      {choice(
        'Service',
        'service',
        (services.data ?? []).map(({ name }) => ({ value: name, label: name })),
      )}
      {choice('Door', 'door', DOORS)}
      {choice('Time', 'hours', HOURS)}
      <TextInput
        label="Caller"
        placeholder="A part of its name"
        value={caller}
        onChange={(event) => {
          setCaller(event.currentTarget.value)
          setLater(event.currentTarget.value)
        }}
      />
      <Button
        variant="default"
        disabled={Object.keys(given(filter)).length === 0}
        onClick={() => {
          setCaller('')
          onChange({})
        }}
      >
        All calls
      </Button>
    </search>
  )
}

/** Without what is empty: addresses stay short. */
function given(filter: CallFilter): CallFilter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value))
}
