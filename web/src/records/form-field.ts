import type { ReactNode } from 'react'

/** What a form holds: field → value, of any JSON type. */
export type FormValues = Readonly<Record<string, unknown>>

interface Choice {
  readonly value: string
  readonly label: string
}

interface FieldWords {
  /** As the API calls it. */
  readonly name: string
  readonly label: string
  readonly description?: ReactNode
  readonly isRequired?: boolean
  /** Cannot be changed once the record is there. */
  readonly isFixed?: boolean
  /** Not in the form of a record that is there. */
  readonly isOnlyNew?: boolean
  /** Fields of one section stand together under its name, closed at first; without one, above all. */
  readonly section?: string
  /** Shown only while it says something. */
  readonly isShown?: (values: FormValues) => boolean
  /** Nothing given is the empty text there, not null. */
  readonly isNeverNull?: true
  /** Of a new record. */
  readonly initial?: unknown
}

/** A field of a form, as data. The value it holds is that of the API, null where nothing is given. */
export type FormField = FieldWords &
  (
    | { readonly kind: 'text' | 'long-text' | 'secret'; readonly placeholder?: string }
    | { readonly kind: 'number'; readonly minimum?: number; readonly maximum?: number }
    | { readonly kind: 'switch' }
    | { readonly kind: 'choice'; readonly choices: readonly Choice[]; readonly isNumber?: boolean }
    /** Of several texts. */
    | { readonly kind: 'choices'; readonly choices: readonly Choice[] }
    | { readonly kind: 'texts'; readonly placeholder?: string }
    /** A moment as the API has it, in UTC; people choose it in their own time. */
    | { readonly kind: 'moment' }
    /** Of any shape, written as JSON. */
    | { readonly kind: 'json' }
    /** Names with values. */
    | { readonly kind: 'pairs' }
    /** The id of another record of the system. */
    | { readonly kind: 'reference'; readonly resource: string; readonly filter?: string }
  )

/** What a field holds before anything was entered. */
function emptyValue(field: FormField): unknown {
  if (field.initial !== undefined) return field.initial
  switch (field.kind) {
    case 'switch':
      return false
    case 'choices':
    case 'texts':
      return []
    case 'pairs':
      return {}
    default:
      return null
  }
}

export function valuesOf(fields: readonly FormField[], record: FormValues | undefined): FormValues {
  return Object.fromEntries(
    fields.map((field) => [field.name, record?.[field.name] ?? (record ? null : emptyValue(field))]),
  )
}

/** What a new record is sent as: fields that were left empty take what the API gives them. */
export function givenOf(values: FormValues): FormValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null))
}

/** The fields that are not as they were. */
export function changesOf(before: FormValues, after: FormValues): FormValues {
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name])),
  )
}
