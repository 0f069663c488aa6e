import { Button, FileInput, Group, Select, Text, Textarea, TextInput } from '@mantine/core'
import { useId } from 'react'
import { calledName, type FieldDescription } from '../../database/description.ts'
import { bytesOf, isNumber, sizeText } from './cell.tsx'
import classes from './record-form.module.css'
import { type Entry, isJson, UNSET } from './typed-value.ts'

interface FieldInputProps {
  readonly field: FieldDescription
  readonly entry: Entry
  readonly problem: string | undefined
  /** A new record: what is not set is made by the database. */
  readonly isNew: boolean
  readonly isLocked: boolean
  readonly onChange: (entry: Entry) => void
}

/** One field of a record: an input for its type, and null beside it where the field takes it. */
export function FieldInput({ field, entry, problem, isNew, isLocked, onChange }: FieldInputProps) {
  const id = useId()
  const name = calledName(field)
  const isNull = entry.kind === 'null'
  return (
    <div className={classes.field}>
      <div className={classes.top}>
        <label htmlFor={id}>
          {name} {isRequired(field) && isNew && <span className={classes.required}>required</span>}
        </label>
        <span className={classes.type}>{field.db_type ?? field.type}</span>
        <span className={classes.grow} />
        {field.allow_null && !isLocked && (
          <Button
            variant={isNull ? 'light' : 'subtle'}
            color="gray"
            size="compact-xs"
            aria-pressed={isNull}
            aria-label={`${name}: null`}
            onClick={() => onChange(isNull ? { kind: 'text', text: '' } : { kind: 'null' })}
          >
            null
          </Button>
        )}
      </div>
      <Input
        id={id}
        field={field}
        entry={entry}
        problem={problem}
        isNew={isNew}
        isLocked={isLocked}
        onChange={onChange}
      />
      {field.description && (
        <Text size="xs" c="dimmed">
          {field.description}
        </Text>
      )}
    </div>
  )
}

function Input({
  id,
  field,
  entry,
  problem,
  isNew,
  isLocked,
  onChange,
}: FieldInputProps & { readonly id: string }) {
  const text = entry.kind === 'text' ? entry.text : ''
  const shared = {
    id,
    disabled: isLocked,
    ...(problem !== undefined && { error: problem }),
    placeholder: placeholderOf(field, entry, isNew),
  }
  const take = (given: string) =>
    onChange(given === '' && isNew && entry.kind !== 'text' ? UNSET : { kind: 'text', text: given })
  const choices = choicesOf(field)
  if (choices) {
    return (
      <Select
        {...shared}
        data={choices}
        value={entry.kind === 'text' ? text : null}
        onChange={(value) => onChange(value === null ? UNSET : { kind: 'text', text: value })}
      />
    )
  }
  if (field.type === 'binary') return <BinaryInput {...shared} text={text} onChange={take} />
  if (isJson(field.type) || field.type === 'text') {
    return (
      <Textarea
        {...shared}
        autosize
        minRows={2}
        maxRows={12}
        {...(isJson(field.type) && { classNames: { input: classes.code } })}
        value={text}
        onChange={(event) => take(event.currentTarget.value)}
      />
    )
  }
  return (
    <TextInput
      {...shared}
      {...(isNumber(field) && { inputMode: 'decimal' as const })}
      value={text}
      onChange={(event) => take(event.currentTarget.value)}
    />
  )
}

interface BinaryInputProps {
  readonly id: string
  readonly disabled: boolean
  readonly error?: string
  readonly placeholder: string
  readonly text: string
  readonly onChange: (base64: string) => void
}

function BinaryInput({ text, onChange, ...shared }: BinaryInputProps) {
  return (
    <Group gap="sm">
      <FileInput
        {...shared}
        placeholder="Choose a file"
        w={240}
        onChange={(file) => {
          if (file) void base64Of(file).then(onChange)
        }}
      />
      {text !== '' && (
        <Text size="xs" c="dimmed">
          {sizeText(bytesOf(text))}
        </Text>
      )}
    </Group>
  )
}

async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  return btoa(Array.from(bytes, (byte) => String.fromCodePoint(byte)).join(''))
}

export function isRequired({ required, auto_increment }: FieldDescription): boolean {
  return required === true && auto_increment !== true
}

function choicesOf({ type, picklist }: FieldDescription): string[] | undefined {
  if (type === 'boolean') return ['true', 'false']
  return Array.isArray(picklist) && picklist.length > 0 ? picklist.map(String) : undefined
}

function placeholderOf(field: FieldDescription, entry: Entry, isNew: boolean): string {
  if (entry.kind === 'null') return 'null'
  if (entry.kind === 'text') return entry.text === '' ? 'empty text' : ''
  if (isNew && field.auto_increment) return 'made by the database'
  if (isNew && field.default !== null && field.default !== undefined)
    return `default: ${defaultText(field.default)}`
  return ''
}

function defaultText(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'expression' in value) return String(value.expression)
  return String(value)
}
