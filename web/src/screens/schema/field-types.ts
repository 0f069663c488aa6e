/** Types of docs/schema.md that a person chooses from, and what further input each takes. */
export const FIELD_TYPES = {
  id: 'none',
  string: 'length',
  text: 'none',
  integer: 'none',
  bigint: 'none',
  decimal: 'digits',
  double: 'none',
  boolean: 'none',
  date: 'none',
  time: 'none',
  datetime: 'none',
  timestamp: 'none',
  timestamp_on_create: 'none',
  timestamp_on_update: 'none',
  reference: 'reference',
  json: 'none',
  uuid: 'none',
  binary: 'none',
} as const

export type FieldType = keyof typeof FIELD_TYPES

export function isFieldType(text: string): text is FieldType {
  return text in FIELD_TYPES
}

/** A field as it is being entered; numbers as typed. */
export interface FieldDraft {
  readonly name: string
  readonly type: string
  readonly length: string
  readonly precision: string
  readonly scale: string
  readonly refTable: string
  readonly refField: string
  readonly allowNull: boolean
  readonly isUnique: boolean
  readonly hasDefault: boolean
  readonly default: string
}

export const EMPTY_FIELD: FieldDraft = {
  name: '',
  type: 'string',
  length: '',
  precision: '10',
  scale: '2',
  refTable: '',
  refField: 'id',
  allowNull: true,
  isUnique: false,
  hasDefault: false,
  default: '',
}

/** The field as the API takes it. */
export function fieldBody(draft: FieldDraft): Record<string, unknown> {
  const extra = isFieldType(draft.type) ? FIELD_TYPES[draft.type] : 'none'
  if (draft.type === 'id') return { name: draft.name, type: 'id' }
  return {
    name: draft.name,
    type: draft.type,
    allow_null: draft.allowNull,
    ...(draft.isUnique && { is_unique: true }),
    ...(draft.hasDefault && { default: draft.default }),
    ...(extra === 'length' && draft.length !== '' && { length: Number(draft.length) }),
    ...(extra === 'digits' && { precision: Number(draft.precision), scale: Number(draft.scale) }),
    ...(extra === 'reference' && { ref_table: draft.refTable, ref_field: draft.refField }),
  }
}
