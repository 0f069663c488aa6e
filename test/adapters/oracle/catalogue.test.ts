import { describe, expect, test } from 'vitest'
import { readCatalogue } from '../../../adapters/database/oracle/catalogue.ts'
import { describeTables } from '../../../adapters/database/oracle/describe-tables.ts'
import { ownersOf } from '../../../adapters/database/oracle/read-own.ts'
import { readRoutines } from '../../../adapters/database/oracle/routines.ts'
import { serverFacts } from '../../../adapters/database/oracle/server-facts.ts'
import { buildSchema } from '../../../src/core/database/build-schema.ts'
import { calm, present } from '../../contract/scene.ts'

/**
 * Rows as the views of the catalogue have them, a page for each: docs.oracle.com/en/database/oracle/oracle-database/23/refrn/ALL_TABLES.html,
 * ALL_VIEWS, ALL_TAB_COLS, ALL_CONSTRAINTS, ALL_CONS_COLUMNS, ALL_INDEXES, ALL_IND_COLUMNS, ALL_TAB_COMMENTS, ALL_COL_COMMENTS; the tables are
 * those of the sample schema HR (docs.oracle.com/en/database/oracle/oracle-database/23/comsc). No server gave them.
 */
const table = (name: string, owner = 'HR') => ({ owner, name, row_estimate: '107' })
const column = (source: string, name: string, more: Readonly<Record<string, string | null>> = {}) => ({
  owner: 'HR',
  source,
  name,
  data_type: 'VARCHAR2',
  type_owner: null,
  data_length: '80',
  char_length: '20',
  char_used: 'C',
  precision: null,
  scale: null,
  nullable: 'Y',
  default: null,
  virtual: 'NO',
  identity: 'NO',
  ...more,
})
const number = (
  source: string,
  name: string,
  precision: string,
  more: Readonly<Record<string, string | null>> = {},
) =>
  column(source, name, {
    data_type: 'NUMBER',
    data_length: '22',
    char_length: '0',
    char_used: null,
    precision,
    scale: '0',
    ...more,
  })
const constraint = (
  source: string,
  name: string,
  kind: string,
  more: Readonly<Record<string, string | null>> = {},
) => ({
  owner: 'HR',
  source,
  name,
  kind,
  ref_owner: null,
  ref_name: null,
  on_delete: null,
  condition: null,
  ...more,
})
const keyField = (source: string, name: string, field: string, position = '1') => ({
  owner: 'HR',
  constraint: name,
  source,
  field,
  position,
})
const index = (source: string, name: string, field: string, unique = 'NONUNIQUE') => ({
  owner: 'HR',
  source,
  index_owner: 'HR',
  name,
  unique,
  field,
})

const rows = {
  defaultOwner: 'HR',
  numbersOnly: false,
  tables: [table('EMPLOYEES'), table('DEPARTMENTS'), table('Order Log'), table('PLACES', 'GEO')],
  views: [{ owner: 'HR', name: 'EMP_VIEW' }],
  columns: [
    number('DEPARTMENTS', 'ID', '4', { nullable: 'N', identity: 'YES', default: '"HR"."ISEQ$$_1".nextval' }),
    column('DEPARTMENTS', 'NAME', { nullable: 'N', default: "'none' " }),
    number('EMPLOYEES', 'ID', '6', { nullable: 'N', default: '"HR"."EMPLOYEES_SEQ"."NEXTVAL"' }),
    number('EMPLOYEES', 'DEPARTMENT_ID', '4'),
    column('EMPLOYEES', 'EMAIL'),
    column('EMPLOYEES', 'HIRED', { data_type: 'DATE', nullable: 'N' }),
    column('EMPLOYEES', 'SEEN', { data_type: 'DATE' }),
    number('EMPLOYEES', 'SALARY', '8', { scale: '2' }),
    number('EMPLOYEES', 'YEARLY', '10', { virtual: 'YES', default: '"SALARY"*12' }),
    column('EMPLOYEES', 'CV', { data_type: 'CLOB' }),
    column('EMPLOYEES', 'PLACE', { data_type: 'SDO_GEOMETRY', type_owner: 'MDSYS' }),
    column('EMPLOYEES', 'Näme'),
    column('EMP_VIEW', 'EMAIL'),
    column('Order Log', 'line'),
    { ...column('PLACES', 'NAME'), owner: 'GEO' },
  ],
  constraints: [
    constraint('DEPARTMENTS', 'DEPT_PK', 'P'),
    constraint('EMPLOYEES', 'EMP_PK', 'P'),
    constraint('EMPLOYEES', 'EMP_MAIL', 'U'),
    constraint('EMPLOYEES', 'EMP_DEPT_FK', 'R', {
      ref_owner: 'HR',
      ref_name: 'DEPT_PK',
      on_delete: 'SET NULL',
    }),
    constraint('EMPLOYEES', 'EMP_GEO_FK', 'R', { ref_owner: 'OTHER', ref_name: 'SOME_PK' }),
    constraint('EMPLOYEES', 'SYS_C001', 'C', { condition: '"ID" IS NOT NULL' }),
    constraint('EMPLOYEES', 'EMP_PAY', 'C', { condition: "salary > 0 and email <> 'CV'" }),
    constraint('EMPLOYEES', 'EMP_DAY', 'C', { condition: '"HIRED" = trunc("HIRED")' }),
    constraint('EMPLOYEES', 'EMP_CV', 'C', { condition: '"CV" IS JSON' }),
  ],
  keyFields: [
    keyField('DEPARTMENTS', 'DEPT_PK', 'ID'),
    keyField('EMPLOYEES', 'EMP_PK', 'ID'),
    keyField('EMPLOYEES', 'EMP_MAIL', 'EMAIL'),
    keyField('EMPLOYEES', 'EMP_DEPT_FK', 'DEPARTMENT_ID'),
  ],
  indexes: [
    index('EMPLOYEES', 'EMP_PK', 'ID', 'UNIQUE'),
    index('EMPLOYEES', 'EMP_MAIL', 'EMAIL', 'UNIQUE'),
    index('EMPLOYEES', 'EMP_PAY_IX', 'SALARY'),
    index('EMPLOYEES', 'EMP_UP_IX', 'SYS_NC00011$', 'UNIQUE'),
    index('EMPLOYEES', 'EMP_TWO_UX', 'SALARY', 'UNIQUE'),
    index('EMPLOYEES', 'EMP_TWO_UX', 'HIRED', 'UNIQUE'),
  ],
  tableComments: [{ owner: 'HR', source: 'EMPLOYEES', comment: 'Who works here.' }],
  columnComments: [{ owner: 'HR', source: 'EMPLOYEES', field: 'EMAIL', comment: 'At work.' }],
}

describe('tables', () => {
  const schema = buildSchema(describeTables(rows))
  const employees = present(schema.tableByName.get('employees'))
  const field = (name: string) => present(employees.fieldByName.get(name))

  test('have the names that SQL has them by, those of other owners with the owner', () => {
    expect(schema.tables.map(({ name }) => name)).toEqual([
      'Order Log',
      'departments',
      'emp_view',
      'employees',
      'geo.places',
    ])
    expect(employees).toMatchObject({ source: 'HR\u0000EMPLOYEES', isView: false, rowEstimate: 107 })
    expect(schema.tableByName.get('emp_view')).toMatchObject({ isView: true })
  })

  test('have their comments', () => {
    expect(employees.description).toBe('Who works here.')
    expect(field('email').description).toBe('At work.')
  })

  test('have the fields that have values', () => {
    expect(employees.fields.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'id id',
      'department_id reference',
      'email string',
      'hired date',
      'seen datetime',
      'salary decimal',
      'yearly integer',
      'cv json',
      'Näme string',
    ])
    expect(field('email')).toMatchObject({ source: 'EMAIL', length: 20, allowNull: true })
    expect(field('näme').source).toBeUndefined()
  })

  test('tell what counts by itself and what is computed', () => {
    expect(field('id')).toMatchObject({ autoIncrement: true, allowNull: false })
    expect(field('id').default).toBeUndefined()
    expect(field('yearly')).toMatchObject({ isGenerated: true })
    expect(schema.tableByName.get('departments')?.fields).toMatchObject([
      { name: 'id', type: 'id', autoIncrement: true },
      { name: 'name', default: 'none' },
    ])
  })

  test('have their keys, each once, and no key of an expression', () => {
    expect(employees).toMatchObject({
      primaryKey: ['id'],
      uniqueKeys: [['email'], ['salary', 'hired']],
      indexedFields: ['salary'],
      foreignKeys: [
        {
          name: 'EMP_DEPT_FK',
          fields: ['department_id'],
          refTable: 'departments',
          refFields: ['id'],
          onDelete: 'SET NULL',
        },
      ],
    })
  })

  test('have their rules, with the fields that these are about', () => {
    expect(employees.checks).toEqual([
      { name: 'EMP_PAY', fields: ['email', 'salary'] },
      { name: 'EMP_DAY', fields: ['hired'] },
      { name: 'EMP_CV', fields: ['cv'] },
    ])
  })

  test('that differ in case alone are two', () => {
    const both = describeTables({
      ...rows,
      tables: [table('ORDERS'), table('orders')],
      views: [],
      columns: [column('ORDERS', 'ID'), column('ORDERS', 'id'), column('orders', 'ID')],
    })
    expect(both.map(({ name, fields }) => [name, fields.map((each) => each.name)])).toEqual([
      ['ORDERS', ['ID', 'id']],
      ['orders', ['id']],
    ])
  })

  test('a NUMBER of one digit is what the config says', () => {
    const flagged = { ...rows, columns: [number('EMPLOYEES', 'ACTIVE', '1')] }
    const typeOf = (numbersOnly: boolean) => describeTables({ ...flagged, numbersOnly })[0]?.fields[0]?.type
    expect([typeOf(false), typeOf(true)]).toEqual(['boolean', 'integer'])
  })
})

describe('the catalogue is read', () => {
  const scope = { schema: 'default', server: serverFacts('23.4'), numbersOnly: false }
  const reading = () => {
    const sent: { readonly sql: string; readonly parameters: readonly unknown[] }[] = []
    const connection = {
      read: async ({
        text,
        parameters,
      }: {
        readonly text: { readonly sql: string }
        readonly parameters: readonly unknown[]
      }) => {
        sent.push({ sql: text.sql, parameters })
        return { rows: text.sql.includes('sys_context') ? [{ owner: 'HR' }] : [] }
      },
    }
    return { sent, connection }
  }

  test('in nine statements, each about the owners that are shown', async () => {
    const { sent, connection } = reading()
    expect(await readCatalogue(connection, scope, calm)).toEqual([])
    expect(sent).toHaveLength(9)
    expect(sent.slice(1).every(({ parameters }) => parameters[0] === 'HR')).toBe(true)
  })

  test('without what older servers do not have', async () => {
    const { sent, connection } = reading()
    await readCatalogue(connection, { ...scope, server: serverFacts('12.1.0.2') }, calm)
    const all = sent.map(({ sql }) => sql).join('\n')
    expect(all).toContain('identity_column')
    expect(all).not.toContain('search_condition_vc')
  })

  test.each([
    ['hr', 'owner = :1', ['HR']],
    ['Mixed', 'owner = :1', ['Mixed']],
    ['default', 'owner = :1', ['APP']],
    ['', "(owner = :1 or owner in (select username from all_users where oracle_maintained = 'N'))", ['APP']],
  ])('schema %j', (schema, condition, parameters) => {
    const [owners] = ownersOf({ ...scope, schema }, 'APP')
    expect([owners.among('owner'), owners.parameters]).toEqual([condition, parameters])
  })
})

/** Rows of ALL_PROCEDURES and ALL_ARGUMENTS, same book; docs.oracle.com/database/122/REFRN/ALL_ARGUMENTS.htm says what 12.1.0.2 changed. */
describe('routines', () => {
  const routine = (
    object_name: string,
    object_type: string,
    object: string,
    more: Readonly<Record<string, string | null>> = {},
  ) => ({
    owner: 'HR',
    object_name,
    name: null,
    object_type,
    object,
    subprogram: '1',
    overload: null,
    ...more,
  })
  const argument = (
    object: string,
    name: string | null,
    position: string,
    data_type: string,
    more: Readonly<Record<string, string | null>> = {},
  ) => ({
    object,
    subprogram: '1',
    name,
    position,
    mode: position === '0' ? 'OUT' : 'IN',
    data_type,
    data_length: null,
    char_length: '0',
    char_used: null,
    precision: null,
    scale: null,
    defaulted: 'N',
    ...more,
  })
  const routines = [
    routine('ADD_UP', 'FUNCTION', '10'),
    routine('COUNT_ORDERS', 'PROCEDURE', '11'),
    routine('PAY', 'PACKAGE', '12', { name: 'RAISE' }),
    routine('PAY', 'PACKAGE', '12', { name: 'RAISE', subprogram: '2', overload: '2' }),
    routine('PAY', 'PACKAGE', '12', { name: 'TOTAL', subprogram: '3' }),
    routine('TAKES_RECORD', 'PROCEDURE', '13'),
    routine('NO_ARGS', 'PROCEDURE', '14', { owner: 'GEO' }),
  ]
  const all = [
    argument('10', null, '0', 'NUMBER'),
    argument('10', 'A', '1', 'NUMBER', { precision: '38', scale: '0' }),
    argument('11', 'WANTED', '1', 'BINARY_INTEGER'),
    argument('11', 'TOTAL', '2', 'NUMBER', { mode: 'OUT' }),
    argument('11', 'LIST', '3', 'REF CURSOR', { mode: 'OUT' }),
    argument('12', 'NOTE', '1', 'VARCHAR2', { mode: 'IN/OUT' }),
    argument('12', 'BY', '1', 'NUMBER', { subprogram: '2', defaulted: 'Y' }),
    argument('12', null, '0', 'REF CURSOR', { subprogram: '3' }),
    argument('13', 'R', '1', 'PL/SQL RECORD'),
  ]
  const connection = {
    read: async ({ text }: { readonly text: { readonly sql: string } }) => ({
      rows: text.sql.includes('sys_context')
        ? [{ owner: 'HR' }]
        : text.sql.includes('all_procedures')
          ? routines
          : all,
    }),
  }
  const scope = { schema: '', server: serverFacts('19.3'), numbersOnly: false }
  const list = async (kind: 'procedure' | 'function') =>
    (await readRoutines(connection, kind, scope, calm)).map(({ name, parameters, returns }) => ({
      name,
      takes: parameters.map(({ name, mode, type }) => `${name} ${mode} ${type}`),
      ...(returns && { gives: `${returns.type}${returns.isSet ? ' set' : ''}` }),
    }))

  test('procedures, of packages too; those with records are left out', async () => {
    expect(await list('procedure')).toEqual([
      { name: 'count_orders', takes: ['wanted IN integer', 'total OUT decimal', 'list OUT object'] },
      { name: 'pay.raise', takes: ['note INOUT string'] },
      { name: 'pay.raise', takes: ['by IN decimal'] },
      { name: 'geo.no_args', takes: [] },
    ])
  })

  test('functions, with what they give', async () => {
    expect(await list('function')).toEqual([
      { name: 'add_up', takes: ['a IN bigint'], gives: 'decimal' },
      { name: 'pay.total', takes: [], gives: 'object set' },
    ])
  })

  test('overloads have keys of their own', async () => {
    const keys = (await readRoutines(connection, 'procedure', scope, calm)).map(({ key }) => key)
    expect(new Set(keys).size).toBe(keys.length)
  })
})
