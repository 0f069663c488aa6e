import { ActionIcon, Button, Input, TextInput } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import type { ReactNode } from 'react'
import classes from './pairs-input.module.css'

interface PairsInputProps {
  readonly label: string
  readonly description?: ReactNode
  readonly error: string | undefined
  readonly disabled: boolean
  readonly value: unknown
  readonly onChange: (value: Readonly<Record<string, unknown>>) => void
}

/** Names with values, one line each; a name that is given twice counts once. */
export function PairsInput({ label, description, error, disabled, value, onChange }: PairsInputProps) {
  const pairs = typeof value === 'object' && value !== null ? Object.entries(value) : []
  const change = (index: number, pair: readonly [string, unknown]) =>
    onChange(Object.fromEntries(pairs.map((one, at) => (at === index ? pair : one))))
  const remove = (index: number) => onChange(Object.fromEntries(pairs.filter((_, at) => at !== index)))
  return (
    <Input.Wrapper label={label} description={description} error={error} labelElement="div">
      <fieldset className={classes.list} aria-label={label}>
        {pairs.map(([name, held], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: names change while they are typed
          <div key={index} className={classes.pair}>
            <TextInput
              aria-label={`${label}: name ${index + 1}`}
              placeholder="Name"
              disabled={disabled}
              value={name}
              onChange={(event) => change(index, [event.currentTarget.value, held])}
            />
            <TextInput
              aria-label={`${label}: value ${index + 1}`}
              placeholder="Value"
              disabled={disabled}
              value={String(held ?? '')}
              onChange={(event) => change(index, [name, event.currentTarget.value])}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              disabled={disabled}
              aria-label={`${label}: remove ${name || `line ${index + 1}`}`}
              onClick={() => remove(index)}
            >
              <X size={16} />
            </ActionIcon>
          </div>
        ))}
        <div>
          <Button
            variant="default"
            size="xs"
            leftSection={<Plus size={14} />}
            disabled={disabled || pairs.some(([name]) => name === '')}
            onClick={() => onChange(Object.fromEntries([...pairs, ['', '']]))}
          >
            Add a value
          </Button>
        </div>
      </fieldset>
    </Input.Wrapper>
  )
}
