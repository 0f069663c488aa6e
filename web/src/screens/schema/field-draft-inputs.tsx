import { Checkbox, Group, NumberInput, Select, TextInput } from '@mantine/core'
import { calledName } from '../../database/description.ts'
import { useTables } from '../../database/use-database.ts'
import { FIELD_TYPES, type FieldDraft, isFieldType } from './field-types.ts'

interface FieldDraftInputsProps {
  readonly service: string
  readonly draft: FieldDraft
  readonly isNameLocked?: boolean
  readonly onChange: (draft: FieldDraft) => void
}

/** What a field is: name, type and what the type needs. */
export function FieldDraftInputs({ service, draft, isNameLocked = false, onChange }: FieldDraftInputsProps) {
  const tables = useTables(service)
  const set = (part: Partial<FieldDraft>) => onChange({ ...draft, ...part })
  const extra = isFieldType(draft.type) ? FIELD_TYPES[draft.type] : 'none'
  const types = isFieldType(draft.type) ? Object.keys(FIELD_TYPES) : [draft.type, ...Object.keys(FIELD_TYPES)]
  return (
    <>
      <Group align="flex-start" gap="sm">
        <TextInput
          label="Name"
          required
          disabled={isNameLocked}
          w={190}
          value={draft.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        <Select
          label="Type"
          w={180}
          searchable
          data={types}
          value={draft.type}
          onChange={(type) => type !== null && set({ type })}
          allowDeselect={false}
        />
        {extra === 'length' && (
          <NumberInput
            label="Length"
            w={110}
            min={1}
            allowDecimal={false}
            value={draft.length}
            onChange={(length) => set({ length: String(length) })}
          />
        )}
        {extra === 'digits' && (
          <>
            <NumberInput
              label="Digits"
              w={90}
              min={1}
              allowDecimal={false}
              value={draft.precision}
              onChange={(precision) => set({ precision: String(precision) })}
            />
            <NumberInput
              label="After the point"
              w={120}
              min={0}
              allowDecimal={false}
              value={draft.scale}
              onChange={(scale) => set({ scale: String(scale) })}
            />
          </>
        )}
        {extra === 'reference' && (
          <>
            <Select
              label="Refers to table"
              w={190}
              searchable
              required
              data={(tables.data ?? []).map(calledName)}
              value={draft.refTable || null}
              onChange={(refTable) => set({ refTable: refTable ?? '' })}
            />
            <TextInput
              label="Field there"
              w={120}
              required
              value={draft.refField}
              onChange={(event) => set({ refField: event.currentTarget.value })}
            />
          </>
        )}
      </Group>
      {draft.type !== 'id' && (
        <Group gap="lg">
          <Checkbox
            label="May be null"
            checked={draft.allowNull}
            onChange={(event) => set({ allowNull: event.currentTarget.checked })}
          />
          <Checkbox
            label="Unique"
            checked={draft.isUnique}
            onChange={(event) => set({ isUnique: event.currentTarget.checked })}
          />
          <Checkbox
            label="Has a default"
            checked={draft.hasDefault}
            onChange={(event) => set({ hasDefault: event.currentTarget.checked })}
          />
          {draft.hasDefault && (
            <TextInput
              aria-label="Default"
              placeholder="Default"
              w={160}
              value={draft.default}
              onChange={(event) => set({ default: event.currentTarget.value })}
            />
          )}
        </Group>
      )}
    </>
  )
}
