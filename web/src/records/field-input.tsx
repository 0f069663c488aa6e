import {
  MultiSelect,
  NumberInput,
  PasswordInput,
  Select,
  Switch,
  TagsInput,
  Textarea,
  TextInput,
} from '@mantine/core'
import { localOfUtc, utcOfLocal } from '../api/moment.ts'
import type { FormField } from './form-field.ts'
import { JsonField } from './json-field.tsx'
import { PairsInput } from './pairs-input.tsx'
import { ReferenceInput } from './reference-input.tsx'

interface FieldInputProps {
  readonly field: FormField
  readonly value: unknown
  readonly error: string | undefined
  readonly isDisabled: boolean
  /** Where a dialog puts the focus. */
  readonly isFirst?: boolean
  readonly onChange: (value: unknown) => void
}

/** The input that fits a field. */
export function FieldInput({ field, value, error, isDisabled, isFirst = false, onChange }: FieldInputProps) {
  const shared = {
    label: field.label,
    description: field.description,
    error,
    disabled: isDisabled,
    required: field.isRequired === true,
    name: field.name,
    ...(isFirst && { 'data-autofocus': true }),
  }
  const onText = (text: string) => onChange(text === '' && !field.isNeverNull ? null : text)
  switch (field.kind) {
    case 'text':
      return (
        <TextInput
          {...shared}
          placeholder={field.placeholder}
          autoComplete="off"
          value={textOf(value)}
          onChange={(event) => onText(event.currentTarget.value)}
        />
      )
    case 'long-text':
      return (
        <Textarea
          {...shared}
          placeholder={field.placeholder}
          rows={6}
          value={textOf(value)}
          onChange={(event) => onText(event.currentTarget.value)}
        />
      )
    case 'secret':
      return (
        <PasswordInput
          {...shared}
          autoComplete="new-password"
          placeholder={field.placeholder}
          value={textOf(value)}
          onChange={(event) => onText(event.currentTarget.value)}
        />
      )
    case 'number':
      return (
        <NumberInput
          {...shared}
          {...(field.minimum !== undefined && { min: field.minimum })}
          {...(field.maximum !== undefined && { max: field.maximum })}
          clampBehavior="none"
          value={typeof value === 'number' ? value : ''}
          onChange={(next) => onChange(next === '' ? null : Number(next))}
        />
      )
    case 'switch':
      return (
        <Switch
          {...shared}
          required={false}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      )
    case 'choice':
      return (
        <Select
          {...shared}
          data={field.choices}
          clearable={field.isRequired !== true}
          searchable={field.choices.length > 8}
          allowDeselect={false}
          value={value === null || value === undefined ? null : String(value)}
          onChange={(next) => onChange(next !== null && field.isNumber === true ? Number(next) : next)}
        />
      )
    case 'choices':
      return <MultiSelect {...shared} data={field.choices} value={textsOf(value)} onChange={onChange} />
    case 'texts':
      return (
        <TagsInput
          {...shared}
          placeholder={field.placeholder}
          value={textsOf(value)}
          onChange={onChange}
          splitChars={[]}
          acceptValueOnBlur
        />
      )
    case 'moment':
      return (
        <TextInput
          {...shared}
          type="datetime-local"
          value={localOfUtc(value)}
          onChange={(event) => onChange(utcOfLocal(event.currentTarget.value))}
        />
      )
    case 'json':
      return <JsonField {...shared} value={value} onChange={onChange} />
    case 'pairs':
      return <PairsInput {...shared} value={value} onChange={onChange} />
    case 'reference':
      return (
        <ReferenceInput
          {...shared}
          resource={field.resource}
          filter={field.filter}
          value={typeof value === 'number' ? value : null}
          onChange={onChange}
        />
      )
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string'
    ? value
    : value === null || value === undefined
      ? ''
      : JSON.stringify(value)
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : []
}
