import { buildSchema } from '../../../src/core/database/build-schema.ts'
import type { Field, Table, TableDefinition } from '../../../src/core/database/schema.ts'
import { present } from '../../contract/scene.ts'

/** A column as the catalogue of an Oracle server would describe it. */
function column(source: string, type: Field['type'], dbType: string, more: Partial<Field> = {}): Field {
  return {
    name: source.toLowerCase(),
    source,
    type,
    dbType,
    allowNull: true,
    autoIncrement: false,
    isGenerated: false,
    ...more,
  }
}

const definitions: readonly TableDefinition[] = [
  {
    name: 'customers',
    source: 'APP\u0000CUSTOMERS',
    isView: false,
    fields: [
      column('ID', 'id', 'NUMBER(10)', { allowNull: false, autoIncrement: true }),
      column('NAME', 'string', 'VARCHAR2(80 CHAR)', { allowNull: false, length: 80 }),
      column('EMAIL', 'string', 'VARCHAR2(120 CHAR)', { length: 120 }),
      column('CREDIT', 'decimal', 'NUMBER(12,2)', { precision: 12, scale: 2 }),
      column('IS_ACTIVE', 'boolean', 'NUMBER(1)'),
      column('SCORE', 'integer', 'NUMBER(10)'),
    ],
    primaryKey: ['id'],
    uniqueKeys: [['email']],
    foreignKeys: [],
  },
  {
    name: 'orders',
    source: 'APP\u0000ORDERS',
    isView: false,
    fields: [
      column('ID', 'id', 'NUMBER(10)', { allowNull: false, autoIncrement: true }),
      column('CUSTOMER_ID', 'reference', 'NUMBER(10)', { allowNull: false }),
      column('STATUS', 'string', 'VARCHAR2(20 CHAR)', { length: 20 }),
      column('TOTAL', 'decimal', 'NUMBER(12,2)', { precision: 12, scale: 2 }),
      column('ORDERED_ON', 'date', 'DATE'),
      column('SEEN_AT', 'timestamptz', 'TIMESTAMP(6) WITH TIME ZONE'),
    ],
    primaryKey: ['id'],
    uniqueKeys: [],
    foreignKeys: [
      {
        name: 'ORDERS_CUSTOMER_FK',
        fields: ['customer_id'],
        refTable: 'customers',
        refFields: ['id'],
        onUpdate: 'NO ACTION',
        onDelete: 'CASCADE',
      },
    ],
    checks: [{ name: 'ORDERS_TOTAL_CK', fields: ['total'] }],
  },
  {
    name: 'types',
    source: 'APP\u0000TYPES',
    isView: false,
    fields: [
      column('ID', 'id', 'NUMBER(10)', { allowNull: false, autoIncrement: true }),
      column('BIG', 'bigint', 'NUMBER(19)'),
      column('EXACT', 'decimal', 'NUMBER(20,5)'),
      column('APPROXIMATE', 'double', 'BINARY_DOUBLE'),
      column('NEAR', 'float', 'BINARY_FLOAT'),
      column('FLAG', 'boolean', 'NUMBER(1)'),
      column('SWITCH', 'boolean', 'BOOLEAN'),
      column('DAY', 'date', 'DATE'),
      column('STAMP', 'datetime', 'DATE'),
      column('CLOCK', 'time', 'INTERVAL DAY(0) TO SECOND(6)'),
      column('MOMENT', 'timestamp', 'TIMESTAMP(6)'),
      column('ZONED', 'timestamptz', 'TIMESTAMP(6) WITH TIME ZONE'),
      column('DOCUMENT', 'json', 'CLOB'),
      column('TREE', 'json', 'JSON'),
      column('BYTES', 'binary', 'BLOB'),
      column('RAWS', 'binary', 'RAW(16)'),
      column('WORDS', 'text', 'CLOB'),
      column('SPAN', 'string', 'INTERVAL YEAR(2) TO MONTH'),
      column('Näme 名前', 'string', 'VARCHAR2(60 CHAR)', { name: 'Näme 名前', source: 'Näme 名前' }),
    ],
    primaryKey: ['id'],
    uniqueKeys: [],
    foreignKeys: [],
  },
]

const schema = buildSchema(definitions)

export function tableNamed(name: string): Table {
  return present(schema.tableByName.get(name))
}
