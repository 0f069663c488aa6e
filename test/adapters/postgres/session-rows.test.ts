import { describe, expect, test } from 'vitest'
import { queryOf, tableNamed } from '../../contract/read-table.ts'
import { databaseForTest, isLeftOut, title } from './fresh-database.ts'
import { serviceForTest } from './service.ts'

const SETUP = `CREATE VIEW changing_session AS
  SELECT 1 AS id, set_config('DateStyle', 'German', false) AS style, 'x'::text AS more`

describe.skipIf(isLeftOut)(title('rows of PostgreSQL that nobody asked for'), () => {
  test('those of statements that set a session up again are no rows of the query before', async () => {
    const { url } = await databaseForTest(SETUP)
    const statements = ["SELECT set_config('app.tenant', 'one', false)"]
    const adapter = await serviceForTest(url, { statements })
    const query = { ...queryOf(await tableNamed(adapter, 'changing_session')), as: 'json' } as const
    const signal = AbortSignal.timeout(20_000)
    for (let turn = 0; turn < 3; turn++)
      expect(await adapter.select(query, { signal })).toMatchObject({ count: 1 })
  })
})
