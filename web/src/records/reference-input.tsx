import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import * as z from 'zod'
import { useApi } from '../api/api-context.ts'
import { wordsOf } from '../api/api-error.ts'
import { listOf } from '../api/wire.ts'

interface ReferenceInputProps {
  readonly label: string
  readonly description?: ReactNode
  readonly error: string | undefined
  readonly disabled: boolean
  readonly required: boolean
  readonly resource: string
  readonly filter: string | undefined
  readonly value: number | null
  readonly onChange: (value: number | null) => void
}

const named = z.object({ id: z.number(), name: z.string() })

/** One of the records of a system resource, chosen by its name. */
export function ReferenceInput({ resource, filter, value, onChange, error, ...rest }: ReferenceInputProps) {
  const api = useApi()
  const found = useQuery({
    queryKey: ['system', resource, 'names', filter],
    queryFn: ({ signal }) =>
      api.read(
        { path: `system/${resource}`, query: { fields: 'id,name', order: 'name', filter }, signal },
        listOf(named),
      ),
  })
  const choices = (found.data?.resource ?? []).map(({ id, name }) => ({ value: String(id), label: name }))
  return (
    <Select
      {...rest}
      error={error ?? (found.error ? wordsOf(found.error).message : undefined)}
      data={choices}
      searchable
      clearable={!rest.required}
      allowDeselect={false}
      nothingFoundMessage="There is none"
      placeholder={found.isPending ? 'Loading …' : rest.required ? 'Choose one' : 'None'}
      value={value === null ? null : String(value)}
      onChange={(next) => onChange(next === null ? null : Number(next))}
    />
  )
}
