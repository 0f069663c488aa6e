import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { DatabaseAdapter, SchemaChange } from '../../src/core/database/adapter.ts'
import { LOCK_TABLE, MIGRATION_TABLE, VERSION_TABLE } from '../../src/system/bookkeeping.ts'
import { migrations } from '../../src/system/migrations/all.ts'
import { migrate } from '../../src/system/migrations/migrate.ts'
import { withMigrationLock } from '../../src/system/migrations/migration-lock.ts'
import { rowsOf, tableNamed } from '../../src/system/records.ts'
import { role } from '../../src/system/resources/role.ts'
import { engines, openPlace } from './engines.ts'
import { keyring, openStore } from './world.ts'

const signal = () => new AbortController().signal
const placed = engines.flatMap(({ name, place }) => (place ? [{ name, place }] : []))
const STAMPS = { created_date: '2026-01-02 03:04:05', last_modified_date: '2026-01-02 03:04:05' }

/** The adapter, and every table and column that was made through it. */
function noting(adapter: DatabaseAdapter, made: string[]): DatabaseAdapter {
  const alter: DatabaseAdapter['alter'] = async (changes, options) => {
    made.push(...[changes].flat().map(nameOf))
    await adapter.alter(changes, options)
  }
  return {
    ...adapter,
    capabilities: adapter.capabilities,
    select: adapter.select.bind(adapter),
    insert: adapter.insert.bind(adapter),
    update: adapter.update.bind(adapter),
    readSchema: adapter.readSchema.bind(adapter),
    alter,
  }
}

function nameOf(change: SchemaChange): string {
  if (change.kind === 'create_table' || change.kind === 'change_table') return change.table.name
  return change.kind === 'add_field' ? `${change.table}.${change.field.name}` : change.table
}

const everyChange = migrations.flatMap(({ changes }) => changes.map(nameOf)).toSorted()

describe.each(engines)('on $name', ({ open }) => {
  test('a database of the first released schema becomes one of the newest, with its records', async () => {
    const adapter = await open()
    await migrate(adapter, migrations.slice(0, 1), signal())
    const insert = (name: string, row: Record<string, string | number | boolean>) => {
      const created = migrations[0]?.changes.find((change) => nameOf(change) === name)
      const definition = created?.kind === 'create_table' ? created.table : VERSION_TABLE
      const query = { table: tableNamed(definition), rows: [row], returning: [] }
      return adapter.insert(query, { signal: signal() })
    }
    await insert('system_version', { id: 1, version: 7, app_key_fingerprint: keyring.fingerprint })
    await insert('role', { name: 'reader', is_active: true, ...STAMPS })
    await insert('app', { name: 'agent', api_key_hash: 'hash', is_active: true, role_id: 1, ...STAMPS })
    await insert('user', { name: 'Ada', username: 'ada@b.c', email: 'ada@b.c', ...STAMPS })

    const { roleById, apps, userByEmail } = (await openStore(adapter)).snapshot()
    expect(roleById.get(1)).toMatchObject({ name: 'reader' })
    const [kept] = await rowsOf(adapter, tableNamed(role.table), signal())
    expect(kept).toMatchObject(STAMPS)
    expect(apps).toMatchObject([{ name: 'agent', keyHash: 'hash', roleId: 1 }])
    expect(userByEmail.get('ada@b.c')).toMatchObject({ name: 'Ada', isActive: true, isAdmin: false })
    const done = await rowsOf(adapter, tableNamed(MIGRATION_TABLE), signal())
    expect(done.map(({ version }) => version)).toEqual(migrations.map(({ version }) => version))
  })
})

describe.each(placed)('several processes on $name', ({ place }) => {
  test('that start together make each table and each column once', async () => {
    const settings = await place()
    const made: string[] = []
    const nodes = await Promise.all([1, 2, 3].map(() => openPlace(settings)))
    await Promise.all(nodes.map((adapter) => migrate(noting(adapter, made), migrations, signal())))
    const ours = [LOCK_TABLE.name, MIGRATION_TABLE.name]
    expect(made.filter((name) => !ours.includes(name)).toSorted()).toEqual(everyChange)
    const done = await rowsOf(await openPlace(settings), tableNamed(MIGRATION_TABLE), signal())
    expect(done.map(({ version }) => version)).toEqual(migrations.map(({ version }) => version))
  })

  test('hold the lock one after the other', async () => {
    const settings = await place()
    const nodes = await Promise.all([1, 2, 3].map(() => openPlace(settings)))
    await Promise.all(nodes.map((adapter) => migrate(adapter, migrations, signal())))
    const steps: string[] = []
    const work = (name: string) => async () => {
      steps.push(`${name} begins`)
      await sleep(50)
      steps.push(`${name} ends`)
    }
    await Promise.all(nodes.map((adapter, at) => withMigrationLock(adapter, work(`node ${at}`), signal())))
    const inTurn = steps
      .filter((_, at) => at % 2 === 0)
      .flatMap((step) => [step, step.replace('begins', 'ends')])
    expect(steps).toHaveLength(6)
    expect(steps).toEqual(inTurn)
  })

  test('take over the lock of one that is gone', async () => {
    const adapter = await openPlace(await place())
    await migrate(adapter, migrations, signal())
    const left = { table: tableNamed(LOCK_TABLE), set: { holder: 'gone', beat: 5 }, returning: [] }
    await adapter.update({ ...left, where: { op: '=', field: 'id', value: 1 } }, { signal: signal() })
    expect(await withMigrationLock(adapter, async () => 'done', signal())).toBe('done')
  })
})
