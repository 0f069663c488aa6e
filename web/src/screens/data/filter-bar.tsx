import { Button, TextInput } from '@mantine/core'
import { ListFilter } from 'lucide-react'
import { useState } from 'react'
import type { TableDescription } from '../../database/description.ts'
import classes from './filter.module.css'
import { FilterBuilder } from './filter-builder.tsx'

interface FilterBarProps {
  readonly description: TableDescription
  /** The filter that is in force. */
  readonly filter: string
  readonly onApply: (filter: string) => void
}

/** The filter as text, and a builder that writes it. */
export function FilterBar({ description, filter, onApply }: FilterBarProps) {
  const [text, setText] = useState(filter)
  const [isBuilding, setBuilding] = useState(false)
  return (
    <div className={classes.bar}>
      <form
        className={classes.line}
        onSubmit={(event) => {
          event.preventDefault()
          onApply(text.trim())
        }}
      >
        <TextInput
          className={classes.text}
          aria-label="Filter"
          placeholder="status = 'paid' and total > 500"
          value={text}
          spellCheck={false}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button type="submit" variant="light" disabled={text.trim() === filter}>
          Apply
        </Button>
        {filter !== '' && (
          <Button
            variant="default"
            onClick={() => {
              setText('')
              onApply('')
            }}
          >
            Clear
          </Button>
        )}
        <Button
          variant="default"
          leftSection={<ListFilter size={15} />}
          aria-expanded={isBuilding}
          onClick={() => setBuilding(!isBuilding)}
        >
          Build
        </Button>
      </form>
      {isBuilding && <FilterBuilder description={description} onChange={setText} />}
    </div>
  )
}
