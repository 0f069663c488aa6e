import { Textarea } from '@mantine/core'
import { type ReactNode, useState } from 'react'

interface JsonFieldProps {
  readonly label: string
  readonly description?: ReactNode
  readonly error: string | undefined
  readonly disabled: boolean
  readonly value: unknown
  readonly onChange: (value: unknown) => void
}

/** A value of any shape as text; what is no JSON is told, and not taken. */
export function JsonField({ value, onChange, error, ...rest }: JsonFieldProps) {
  const [text, setText] = useState(() =>
    value === null || value === undefined ? '' : JSON.stringify(value, undefined, 2),
  )
  const [isWrong, setWrong] = useState(false)
  const write = (next: string) => {
    setText(next)
    const parsed = parsedJson(next)
    setWrong(parsed === undefined)
    if (parsed !== undefined) onChange(parsed)
  }
  return (
    <Textarea
      {...rest}
      error={isWrong ? 'This is not JSON yet: what it was before stays.' : error}
      value={text}
      rows={4}
      ff="monospace"
      onChange={(event) => write(event.currentTarget.value)}
    />
  )
}

/** Undefined for what is no JSON; null for nothing. */
function parsedJson(text: string): unknown {
  if (text.trim() === '') return null
  try {
    const parsed: unknown = JSON.parse(text)
    return parsed
  } catch {
    return undefined
  }
}
