import { z } from 'zod'
import type { CallOptions, Rename } from '../../../src/core/database/adapter.ts'
import { AppError } from '../../../src/core/errors.ts'
import type { Call, Calls } from './calls.ts'
import { describeCollection } from './catalogue.ts'
import { requireName, requireTableName } from './definition-rules.ts'
import { type Journal, journalled } from './journal.ts'
import { copyCounter, forgetCounter } from './numbering.ts'
import type { ServerDocument } from './pipeline.ts'
import { type RawIndex, renamedIndexes } from './renamed-indexes.ts'
import { renamedValidator } from './renamed-validator.ts'

/**
 * Another name for a collection or a field. A field is renamed in the validator, in the documents and in the indexes, one after the other;
 * when one of them fails, those before it are taken back.
 */
export function renameThing(calls: Calls, rename: Rename, options: CallOptions): Promise<void> {
  const { table, field, to } = rename
  return journalled(calls, (journal) =>
    calls.run(options, (call) =>
      field === undefined
        ? renameCollection(table, to, call)
        : renameField({ table, field, to }, { call, journal }),
    ),
  )
}

async function renameCollection(table: string, to: string, call: Call): Promise<void> {
  requireTableName(to)
  if (!(await describeCollection(table, call))) throw gone(table)
  const validator = await validatorOf(table, call)
  await copyCounter(table, to, call)
  await call.db.renameCollection(table, to, call.options)
  await forgetCounter(table, call)
  // MongoDB keeps it; servers that only speak as it does may not.
  if (validator && !(await validatorOf(to, call)))
    await call.db.command({ collMod: to, validator }, call.options)
}

interface Work {
  readonly call: Call
  readonly journal: Journal
}

async function renameField({ table, field, to }: Required<Rename>, { call, journal }: Work): Promise<void> {
  const was = await describeCollection(table, call)
  if (!was) throw gone(table)
  requireName(to)
  if (field === '_id') throw new AppError('not_supported', `'_id' is the server's own name.`)
  if (field.includes('.'))
    throw new AppError('not_supported', `'${field}' is inside of a document: it cannot be renamed here.`, {
      hint: 'Write the documents with the new name.',
    })
  if (await call.collection(table).findOne({ [to]: { $exists: true } }, call.options))
    throw new AppError('conflict', `Some records have a field '${to}' already.`, {
      hint: 'Choose another name.',
    })
  const old = await validatorOf(table, call)
  const validator = old && renamedValidator(old, field, to)
  const indexes = renamedIndexes(await indexesOf(table, call), field, to)
  const names = indexes.map(({ was: { name } }) => name)
  const makes =
    (specs: readonly RawIndex[]) =>
    async ({ db, options }: Call) => {
      if (specs.length > 0) await db.command({ createIndexes: table, indexes: specs }, options)
    }
  if (old && validator) {
    journal.add((own) => own.db.command({ collMod: table, validator: old }, own.options))
    await call.db.command({ collMod: table, validator }, call.options)
  }
  journal.add(makes(indexes.map((one) => one.was)))
  for (const name of names) await call.collection(table).dropIndex(name, call.options)
  journal.add((own) => renameIn(table, to, field, own))
  await renameIn(table, field, to, call)
  journal.add(async (own) => {
    const there = new Set((await indexesOf(table, own)).map(({ name }) => name))
    for (const { now } of indexes)
      if (there.has(now.name)) await own.collection(table).dropIndex(now.name, own.options)
  })
  await makes(indexes.map(({ now }) => now))(call)
}

function renameIn(table: string, from: string, to: string, { collection, options }: Call) {
  return collection(table).updateMany({ [from]: { $exists: true } }, { $rename: { [from]: to } }, options)
}

const info = z.object({
  options: z.object({ validator: z.record(z.string(), z.unknown()).optional() }).optional(),
})

async function validatorOf(name: string, { db, options }: Call): Promise<ServerDocument | undefined> {
  const found = await db.listCollections({ name }, options).toArray()
  return info.safeParse(found.find((one) => one.name === name)).data?.options?.validator
}

async function indexesOf(table: string, { collection, options }: Call): Promise<readonly RawIndex[]> {
  const found: readonly RawIndex[] = await collection(table).listIndexes(options).toArray()
  return found
}

function gone(table: string): AppError {
  return new AppError('not_found', `Table '${table}' does not exist in the database.`)
}
