import type { Filter } from '../../core/database/query.ts'
import type { WriteScope } from './write-scope.ts'

/** The sessions of these users end, and do not come back when what ended them is taken back; what is no id is none. */
export async function endSessions(userIds: readonly unknown[], scope: WriteScope): Promise<void> {
  const { records, signal, views } = scope
  const table = views.of('user').stored
  const values = [...new Set(userIds.filter((id) => typeof id === 'number'))]
  if (values.length === 0) return
  const of: Filter = { op: 'in', field: 'id', values }
  const fields = ['id', 'session_epoch']
  const found = await records.select(
    { table, fields, where: of, limit: values.length, as: 'rows' },
    { signal },
  )
  for (const row of 'rows' in found ? found.rows : []) {
    const where: Filter = { op: '=', field: 'id', value: Number(row.id) }
    const set = { session_epoch: Number(row.session_epoch) + 1 }
    await records.update({ table, set, where, returning: [] }, { signal })
  }
}
