import { expect, test } from 'vitest'
import { buildSchema } from '../../../src/core/database/build-schema.ts'
import { tableNamed } from '../read-table.ts'
import { asc, calm, desc, type Engine, equals, present, rowsOf, useScene } from '../scene.ts'
import { field, id, table } from '../world.ts'

const LOG = 'Order "Log"'
const QUOTED = `it's "quoted"`
const INJECTIONS = [
  `'; DROP TABLE customers; --`,
  `" OR 1=1; --`,
  `x'); DELETE FROM customers; --`,
  '`; DROP TABLE customers; #',
  ']; DROP TABLE customers; --',
  '/* */ UNION SELECT 1 --',
  `$1 ? :name @p1 %s \${x} {{y}}`,
  '\\',
  `\\'`,
]

export function names(engine: Engine): void {
  const scene = useScene(engine)

  test('reads fields whose names need quoting', async () => {
    const rows = await scene.read(LOG, { orderBy: [asc('id')], limit: 1 })
    expect(rows).toEqual([{ id: 1, select: 'from', 'näme 名前': '値', [QUOTED]: "o'clock" }])
  })

  test('filters, groups and sorts by fields whose names need quoting', async () => {
    const where = { op: 'is_null', field: 'select' } as const
    expect(await scene.ids(LOG, where)).toEqual([2])
    const rows = await scene.read(LOG, {
      groupBy: [QUOTED],
      aggregates: [{ function: 'MAX', field: 'näme 名前', alias: 'select' }],
      having: { op: '!=', field: 'select', value: 'x' },
      orderBy: [desc('select'), asc(QUOTED)],
    })
    expect(rows).toEqual([
      { [QUOTED]: "o'clock", select: '値' },
      { [QUOTED]: '"', select: 'ö' },
    ])
  })

  test('writes fields whose names need quoting', async () => {
    const [row] = await scene.insert(LOG, [{ select: 'a', 'näme 名前': 'b', [QUOTED]: 'c' }])
    const where = equals('id', Number(row?.id))
    const set = { [QUOTED]: 'd', select: null }
    const returning = ['select', 'näme 名前', QUOTED]
    const updated = await scene.adapter.update({ table: scene.table(LOG), set, where, returning }, calm)
    expect(updated.rows).toEqual([{ select: null, 'näme 名前': 'b', [QUOTED]: 'd' }])
    const upserted = {
      table: scene.table(LOG),
      rows: [{ id: Number(row?.id), select: 'e' }],
      onConflict: ['id'],
      returning,
    }
    expect((await scene.adapter.insert(upserted, calm)).rows).toMatchObject([{ select: 'e', [QUOTED]: 'd' }])
    const deleted = await scene.adapter.delete(
      { table: scene.table(LOG), where, returning: ['select'] },
      calm,
    )
    expect(deleted).toEqual({ affected: 1, rows: [{ select: 'e' }] })
  })

  test.each(INJECTIONS)('the value %s is nothing but a value', async (text) => {
    const [row] = await scene.insert('texts', [{ body: text }])
    expect(row?.body).toBe(text)
    expect(await scene.ids('texts', equals('body', text))).toEqual([row?.id])
    expect(await scene.ids('texts', { op: 'in', field: 'body', values: [text] })).toEqual([row?.id])
    expect(await scene.ids('texts', { op: 'contains', field: 'body', value: `${text}${text}` })).toEqual([])
    expect(await scene.count('customers')).toBe(6)
  })

  test.each(INJECTIONS)('the name %s is nothing but a name', async (name) => {
    const made = table(`t ${name}`, {
      fields: [id(), field(name, 'string', { allowNull: true })],
      primaryKey: ['id'],
    })
    const refusal = await scene.adapter
      .alter({ kind: 'create_table', table: made }, calm)
      .catch((error: unknown) => error)
    const found = buildSchema(await scene.adapter.readSchema(calm)).tableByName.get(made.name.toLowerCase())
    if (!found) {
      // A database need not take every name.
      expect(refusal).toMatchObject({ name: 'AppError', code: 'bad_request' })
      return
    }
    expect(found.fields.map((each) => each.name)).toEqual(['id', name])
    const rows = [{ [name]: 'one' }, { [name]: null }]
    expect((await scene.adapter.insert({ table: found, rows, returning: [name] }, calm)).rows).toEqual(rows)
    const query = { ...scene.query(LOG), table: found, fields: ['id', name], where: equals(name, 'one') }
    expect(await scene.adapter.select(query, calm)).toMatchObject({ rows: [{ id: 1, [name]: 'one' }] })
    await scene.adapter.alter({ kind: 'drop_table', table: made.name }, calm)
    expect(await scene.count('customers')).toBe(6)
  })

  test.each(INJECTIONS)('the missing field %s is refused', async (name) => {
    // Where rows have any fields, one that no row has is null.
    const { takesNewFields } = scene.table('customers')
    const stale = table('customers', { fields: [id(), field(name, 'string')], primaryKey: ['id'] })
    const found = present(buildSchema([stale]).tables[0])
    const query = { ...scene.query('customers'), table: found, fields: ['id', name], orderBy: [asc(name)] }
    if (takesNewFields && !name.startsWith('$'))
      expect(rowsOf(await scene.adapter.select(query, calm))[0]).toEqual({ id: 1, [name]: null })
    else await expect(scene.adapter.select(query, calm)).rejects.toMatchObject({ name: 'AppError' })
    expect(await scene.count('customers')).toBe(6)
  })

  test.each(['__proto__', 'constructor', 'toString'])(
    'a field named %s is a field like any other',
    async (name) => {
      const made = table(`odd ${name}`, { fields: [id(), field(name, 'string')], primaryKey: ['id'] })
      await scene.adapter.alter({ kind: 'create_table', table: made }, calm)
      const found = await tableNamed(scene.adapter, made.name)
      const row = Object.fromEntries([[name, 'value']])
      const written = await scene.adapter.insert({ table: found, rows: [row], returning: [name] }, calm)
      expect(Object.entries(present(written.rows[0]))).toEqual([[name, 'value']])
      const read = await scene.adapter.select({ ...scene.query(LOG), table: found, fields: [name] }, calm)
      expect(JSON.stringify('rows' in read ? read.rows : read)).toBe(JSON.stringify([row]))
    },
  )
}
