import type { Row } from '../../../core/database/value.ts'
import { AppError } from '../../../core/errors.ts'
import type { InputRecord } from '../inputs.ts'
import type { Values } from '../record-values.ts'
import { detach } from './detach.ts'
import type { Nested } from './nested-record.ts'
import { rightTo } from './nested-rights.ts'
import { hasMadeKey, isLetGo, keyOfRelated, tie } from './related-key.ts'
import { insertUnderKey, notFound } from './write-referenced.ts'
import type { WriteScope } from './write-scope.ts'

/**
 * One child of a parent (dreamfactory-rest §4.9): made when it has no key yet, let go when it says so itself, else changed and
 * made this parent's, whose it was before.
 */
export async function writeChild(
  parent: Row,
  { relation, target }: Nested,
  item: InputRecord,
  scope: WriteScope,
): Promise<void> {
  const preset = tie(parent, relation.fields, target, relation.refFields)
  const key = keyOfRelated(target, item, preset)
  if (isLetGo(relation, item)) {
    if (key === undefined)
      throw new AppError('bad_request', 'A related record that is to be let go needs its primary key.')
    return detach({ relation, target }, preset, { key, item }, scope)
  }
  const insert = () => insertChild({ target, item, preset }, scope)
  if (key === undefined) {
    await insert()
    return
  }
  const change = { table: target, key, given: item, preset, returning: target.primaryKey }
  if (await scope.change(change, scope)) return
  if (hasMadeKey(target)) throw notFound(key)
  await insertUnderKey(target, key, insert, scope)
}

interface Child {
  readonly target: Nested['target']
  readonly item: InputRecord
  readonly preset: Values
}

function insertChild({ target, item, preset }: Child, scope: WriteScope): Promise<Row> {
  const inside = rightTo('POST', target, scope.context)
  return scope.insert({ table: target, given: item, preset, inside, returning: target.primaryKey }, scope)
}
