import { Drawer } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../api/api-context.ts'
import { type AnyRecord, anyRecord, listOf } from '../api/wire.ts'
import { useLeaving } from '../parts/use-leaving.tsx'
import { givenOf } from './form-field.ts'
import { nameOfRecord, type RecordDefinition } from './record-definition.ts'
import { RecordForm } from './record-form.tsx'

interface RecordDrawerProps {
  readonly definition: RecordDefinition
  /** Absent: a new one. */
  readonly record: AnyRecord | undefined
  /** With a record that is new, as it was made. */
  readonly onAdded?: ((record: AnyRecord) => void) | undefined
  readonly onClose: () => void
}

/** The form of a record, at the side of its list. */
export function RecordDrawer({ definition, record, onAdded, onClose }: RecordDrawerProps) {
  const { resource, one, fields, saveQuery, toWire = same, fromWire = same } = definition
  const api = useApi()
  const queries = useQueryClient()
  const [isDirty, setDirty] = useState(false)
  const { leave, question } = useLeaving(isDirty, onClose)
  const save = async (values: AnyRecord) => {
    const sent = toWire(record ? values : givenOf(values))
    const query = saveQuery?.(values) ?? {}
    const path = `system/${resource}`
    if (record) {
      await api.change({ verb: 'PATCH', path: `${path}/${String(record.id)}`, query, body: sent })
    } else {
      const body = { resource: [sent] }
      const made = await api.read(
        { verb: 'POST', path, query: { ...query, fields: '*' }, body },
        listOf(anyRecord),
      )
      const [first] = made.resource
      if (first) onAdded?.(first)
    }
    await queries.invalidateQueries({ queryKey: ['system', resource] })
    notifications.show({ message: record ? `The ${one} was changed.` : `The ${one} was added.` })
    onClose()
  }
  const title = record ? nameOfRecord(definition, record) : `New ${one}`
  return (
    <Drawer opened onClose={leave} title={title}>
      <RecordForm
        fields={fields}
        record={record && fromWire(record)}
        submitLabel={record ? 'Save' : `Add the ${one}`}
        save={save}
        onCancel={leave}
        onDirty={setDirty}
      />
      {question}
    </Drawer>
  )
}

function same(record: AnyRecord): AnyRecord {
  return record
}
