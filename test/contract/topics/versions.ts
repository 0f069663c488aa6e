import { beforeAll, expect, test } from 'vitest'
import type { Value } from '../../../src/core/database/value.ts'
import { createRecords } from '../../../src/operations/database/create-records.ts'
import { deleteRecords } from '../../../src/operations/database/delete-records.ts'
import { getTaggedRecord } from '../../../src/operations/database/get-record.ts'
import { createTables, updateTables } from '../../../src/operations/database/schema/write-tables.ts'
import { replaceRecords, updateRecords } from '../../../src/operations/database/update-records.ts'
import { type Shop, serviceOn } from '../../helpers/shop.ts'
import { type Engine, present, useScene } from '../scene.ts'

const NOTES = {
  name: 'noted',
  label: 'Noted',
  version_field: 'revision',
  field: [
    { name: 'id', type: 'id' },
    { name: 'words', type: 'string', length: 40, allow_null: true },
    { name: 'revision', type: 'integer', allow_null: true },
    { name: 'changed', type: 'timestamp', allow_null: true },
  ],
}

/** A field of a table that tells the versions of its records. */
export function versions(engine: Engine): void {
  const scene = useScene(engine)
  let shop: Shop
  const table_name = 'noted'
  const tagged = (id: string) => shop.run(getTaggedRecord, { table_name, id })
  const tagOf = async (id: string) => present((await tagged(id)).tag)
  const revisionOf = async (id: string) => (await tagged(id)).row.revision
  const patch = (id: string, words: string, tag?: string) =>
    shop.run(updateRecords, { table_name, id, records: [{ words }], ...(tag && { if_match: [tag] }) })
  const make = async (record: Readonly<Record<string, Value>> = { words: 'new' }) =>
    String((await shop.run(createRecords, { table_name, records: [record] })).rows[0]?.id)

  beforeAll(async () => {
    shop = serviceOn(scene.adapter)
    await shop.run(createTables, { tables: [NOTES] })
  })

  test('counts the writes of a record, whichever way they come, and no others', async () => {
    const [id, other] = [await make(), await make()]
    expect(await revisionOf(id)).toBe(1)
    await patch(id, 'a')
    await shop.run(replaceRecords, { table_name, id, records: [{ words: 'b', revision: 77 }] })
    await shop.run(updateRecords, { table_name, ids: [id], records: [{ words: 'c' }] })
    await shop.run(updateRecords, { table_name, records: [{ id: Number(id), words: 'd' }] })
    await shop.run(updateRecords, { table_name, filter: `id = ${id}`, records: [{ words: 'e' }] })
    await shop.run(updateRecords, { table_name, id, records: [{ revision: 4 }] })
    expect((await tagged(id)).row).toMatchObject({ words: 'e', revision: 6 })
    expect(await revisionOf(other)).toBe(1)
    const given = await make({ words: 'imported', revision: 40 })
    await patch(given, 'x')
    expect(await revisionOf(given)).toBe(41)
  })

  test('null counts as nothing', async () => {
    const id = await make({ words: 'null', revision: null })
    expect((await tagged(id)).row).toMatchObject({ revision: null })
    const tag = await tagOf(id)
    await patch(id, 'x', tag)
    expect(await revisionOf(id)).toBe(1)
    await expect(patch(id, 'y', tag)).rejects.toMatchObject({ code: 'precondition_failed' })
  })

  test('is the tag: a write of a record that has another one changes nothing', async () => {
    const id = await make()
    const before = await tagOf(id)
    expect(await tagOf(id)).toBe(before)
    const written = await shop.run(updateRecords, {
      table_name,
      id,
      records: [{ words: 'mine' }],
      if_match: [before],
      tagged: true,
    })
    expect(written.tag).toBe(await tagOf(id))
    expect(written.tag).not.toBe(before)
    await expect(patch(id, 'theirs', before)).rejects.toMatchObject({ code: 'precondition_failed' })
    await expect(shop.run(deleteRecords, { table_name, id, if_match: [before] })).rejects.toMatchObject({
      code: 'precondition_failed',
    })
    for (const tag of ['"v.!"', '"v.Im5vbmUi"', '"v."', '"x"', `W/${written.tag}`])
      await expect(patch(id, 'forged', tag)).rejects.toMatchObject({ code: 'precondition_failed' })
    expect((await tagged(id)).row).toMatchObject({ words: 'mine' })
    await shop.run(deleteRecords, { table_name, id, if_match: ['"x"', present(written.tag)] })
    await expect(patch(id, 'gone', present(written.tag))).rejects.toMatchObject({ code: 'not_found' })
  })

  test('of several that change what they read, one does', async () => {
    const id = await make()
    const tag = await tagOf(id)
    const changes = ['a', 'b', 'c', 'd', 'e', 'f'].map((words) =>
      patch(id, words, tag).then(
        () => 'changed',
        (error: { code: string }) => error.code,
      ),
    )
    const outcomes = (await Promise.all(changes)).toSorted()
    expect(outcomes).toEqual(['changed', ...Array.from({ length: 5 }, () => 'precondition_failed')])
    expect(await revisionOf(id)).toBe(2)
  })

  test('of moments is told apart by the record too: two changes may have the same', async () => {
    await shop.run(updateTables, { tables: [{ name: table_name, version_field: 'changed' }] })
    const id = await make({ words: 'a', changed: '2024-05-06 07:08:09' })
    const tag = await tagOf(id)
    await patch(id, 'b', tag)
    await expect(patch(id, 'c', tag)).rejects.toMatchObject({ code: 'precondition_failed' })
    await patch(id, 'c', await tagOf(id))
    expect((await tagged(id)).row).toMatchObject({ words: 'c' })
    await shop.run(updateTables, { tables: [{ name: table_name, version_field: 'revision' }] })
  })

  test.each(['id', 'nothing', 'Words nobody has'])('cannot be %s', async (version_field) => {
    await expect(
      shop.run(updateTables, { tables: [{ name: table_name, version_field }] }),
    ).rejects.toMatchObject({ code: 'bad_request', message: expect.stringContaining('version_field') })
  })
}
