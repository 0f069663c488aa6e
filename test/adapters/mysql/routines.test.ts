import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pathOfRoutine, readRoutines } from '../../../adapters/database/mysql/routines.ts'
import type { Routine, RoutineKind } from '../../../src/core/database/query.ts'
import { reachServer } from '../../contract/servers/test-server.ts'
import { createDatabase } from './server.ts'

const calm = { signal: new AbortController().signal }
const reach = await reachServer('mysql')

describe.skipIf(reach !== 'reachable')(`the routines of a MySQL server (${reach})`, async () => {
  if (reach !== 'reachable') return
  const database = await createDatabase()
  const other = await createDatabase()
  const { connection, run } = database
  const read = (kind: RoutineKind, schema = '') => readRoutines(connection, kind, { schema }, calm)
  const nameOf = ({ name }: Routine) => name

  beforeAll(async () => {
    await run(
      'create procedure nothing() begin end',
      `create procedure many(in a int unsigned, out b decimal(10,2), inout c varchar(40), d tinyint(1), e enum('x', 'y,z'))
        comment 'Says "hello"' begin end`,
      'create function twice(amount bigint) returns bigint deterministic return amount * 2',
      `create function same_name(\`odd name\` date) returns datetime(3) deterministic comment 'A moment' return \`odd name\``,
      'create procedure same_name() begin end',
      'create procedure `It\'s a "näme"`() begin end',
      `create procedure ${other.name}.elsewhere(in a int) begin end`,
    )
  })

  afterAll(async () => {
    await database.drop()
    await other.drop()
  })

  test('lists procedures with their parameters in order', async () => {
    const procedures = await read('procedure')
    expect(procedures.map(nameOf).toSorted()).toEqual(['It\'s a "näme"', 'many', 'nothing', 'same_name'])
    const many = procedures.find(({ name }) => name === 'many')
    expect(many).toMatchObject({ kind: 'procedure', description: 'Says "hello"' })
    expect(many?.returns).toBeUndefined()
    expect(many?.parameters).toMatchObject([
      {
        name: 'a',
        position: 1,
        mode: 'IN',
        type: 'integer',
        dbType: expect.stringMatching(/^int.* unsigned$/),
      },
      {
        name: 'b',
        position: 2,
        mode: 'OUT',
        type: 'decimal',
        dbType: 'decimal(10,2)',
        precision: 10,
        scale: 2,
      },
      { name: 'c', position: 3, mode: 'INOUT', type: 'string', dbType: 'varchar(40)', length: 40 },
      { name: 'd', position: 4, mode: 'IN', type: 'boolean', dbType: 'tinyint(1)' },
      { name: 'e', position: 5, mode: 'IN', type: 'string', dbType: "enum('x','y,z')" },
    ])
  })

  test('lists functions with what they return', async () => {
    const functions = await read('function')
    expect(functions.map(nameOf)).toEqual(['same_name', 'twice'])
    expect(functions[0]).toMatchObject({
      kind: 'function',
      description: 'A moment',
      returns: { type: 'datetime', dbType: 'datetime(3)', isSet: false },
      parameters: [{ name: 'odd name', position: 1, mode: 'IN', type: 'date', dbType: 'date' }],
    })
    expect(functions[1]?.returns?.type).toBe('bigint')
    expect(functions[1]?.description).toBeUndefined()
  })

  test('tells a procedure and a function of one name apart', async () => {
    const both = [...(await read('procedure')), ...(await read('function'))]
    expect(new Set(both.map(({ key }) => key)).size).toBe(both.length)
  })

  test('gives the routines of a database that is named its name', async () => {
    const far = await read('procedure', other.name)
    expect(far.map(nameOf)).toEqual([`${other.name}.elsewhere`])
    expect(far.map(pathOfRoutine)).toEqual([{ database: other.name, name: 'elsewhere' }])
    expect(far[0]?.parameters).toHaveLength(1)
    expect(await read('procedure', 'default')).toEqual(await read('procedure', database.name))
    expect(await read('function', 'no_such_database')).toEqual([])
  })
})
