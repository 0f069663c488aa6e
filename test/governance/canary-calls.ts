export const n = { function: 'COUNT', field: '*', alias: 'n' }
/** Names that are near to hidden ones: no answer may complete them. */
export const NEAR = [
  'secret_salarie',
  'salaries',
  'hidden_amoun',
  'hidden',
  'custome',
  'order_item',
  'regio',
  'sk',
]
const PATHS = [
  'customer.regio',
  'customer.id',
  'customer_id.region',
  'order_items_by_order_i.sk',
  'secret_salaries_by_customer_i.hidden_amoun',
  'customer.secret_salarie.hidden_amoun',
]

export const orders = { table_name: 'orders' }
const everyRow = { filter: 'id > 0' }

/** What each tool is asked; a tool that is not here fails the test. Nothing here is written: dry runs, and what is refused. */
export const CALLS: Readonly<Record<string, readonly object[]>> = {
  get_tables: [{}, { offset: 1 }, { offset: 99 }],
  get_table_schema: [orders, ...NEAR.map((table_name) => ({ table_name }))],
  get_table_fields: [orders, { ...orders, offset: 2 }, ...NEAR.map((table_name) => ({ table_name }))],
  get_table_relationships: [orders, ...NEAR.map((table_name) => ({ table_name }))],
  get_table_data: [
    ...NEAR.map((table_name) => ({ table_name })),
    ...NEAR.map((name) => ({ ...orders, fields: [name] })),
    ...NEAR.map((name) => ({ ...orders, order: `${name} desc` })),
    ...NEAR.map((name) => ({ ...orders, related: name })),
    ...[...NEAR, ...PATHS].flatMap((column) => [
      { ...orders, filter: `${column} = 1` },
      { ...orders, where: { column, op: '>', value: 0 } },
      { ...orders, where: { or: [{ [column]: null }, { not: { [column]: [1, 2] } }] } },
    ]),
    { ...orders, where: { or: [{ status: 'canary' }, { column: 'id', op: '>', value: 0 }] } },
    { ...orders, where: { not: { status: 'paid' } } },
    { ...orders, where: { column: 'total', op: 'between', value: [0, 9e9] }, format: 'json' },
    { ...orders, format: 'csv', related: '*' },
    { ...orders, cursor: '', limit: 1, order: 'total desc' },
    { ...orders, cursor: 'made-up' },
    { ...orders, ids: [1, 4, 5], where: { id: 1 } },
    {
      ...orders,
      related_options: { customers_by_customer_i: { fields: ['*'] } },
      related: 'customers_by_customer_i',
    },
  ],
  aggregate_data: [
    ...NEAR.map((table_name) => ({ table_name, aggregates: [n] })),
    ...['year', 'month', 'week', 'day', 'decade'].map((unit) => ({
      ...orders,
      aggregates: [n, { function: 'MAX', field: 'total' }],
      group_by: [`${unit}(placed_on)`, 'status'],
    })),
    ...[...NEAR, ...PATHS].flatMap((name) => [
      { ...orders, aggregates: [n], group_by: [name] },
      { ...orders, aggregates: [n], group_by: [`month(${name})`] },
      { ...orders, aggregates: [{ function: 'MIN', field: name }] },
      { ...orders, aggregates: [{ function: 'SUM', field: name, distinct: true }] },
      { ...orders, aggregates: [n], order: name },
      { ...orders, aggregates: [n], having: `${name} > 1` },
    ]),
    {
      ...orders,
      aggregates: [{ function: 'MAX', field: 'status', distinct: true }],
      where: { not: { id: 0 } },
    },
  ],
  get_data_model: [
    ...NEAR.flatMap((search) => [{ search }, { search, detail: 'full' }]),
    ...NEAR.map((name) => ({ tables: [name] })),
    { search: 'how much do people earn, by region' },
  ],
  create_records: [
    ...NEAR.map((table_name) => ({ table_name, records: [{ a: 1 }], dry_run: true })),
    ...NEAR.map((name) => ({ ...orders, records: [{ customer_id: 1, [name]: 1 }], dry_run: true })),
    { ...orders, records: [{ id: 5, customer_id: 1, status: 'paid' }], dry_run: true },
    { ...orders, records: [{ id: 5, customer_id: 1, status: 'paid' }], fields: ['*'], related: '*' },
    { ...orders, records: [{ customer_id: 1, status: 'held' }] },
    { ...orders, records: [{ customer_id: 1, customers_by_customer_i: { name: 'x' } }], dry_run: true },
    { ...orders, records: [{ nope: 1 }], idempotency_key: 'k' },
  ],
  update_records: [
    ...NEAR.map((table_name) => ({ table_name, records: [{ id: 1 }], dry_run: true })),
    ...NEAR.map((name) => ({ ...orders, ...everyRow, records: [{ [name]: 1 }], dry_run: true })),
    ...PATHS.map((name) => ({ ...orders, filter: `${name} = 1`, records: [{ total: 1 }], dry_run: true })),
    { ...orders, ...everyRow, records: [{ total: 1 }], dry_run: true },
    { ...orders, ...everyRow, records: [{ total: 1 }] },
    { ...orders, ...everyRow, records: [{ total: 1 }], confirmation: 'made-up' },
    { ...orders, ids: [1, 4, 5], records: [{ total: 1 }], dry_run: true },
    { ...orders, records: [{ id: 4, total: 1 }], dry_run: true, fields: ['*'] },
    { ...orders, records: [{ id: 5, status: 'paid' }] },
  ],
  delete_records: [
    ...NEAR.map((table_name) => ({ table_name, ids: [1], dry_run: true })),
    { ...orders, ...everyRow, dry_run: true },
    { ...orders, ...everyRow },
    { ...orders, filter: "status != 'paid'", dry_run: true },
    { ...orders, ids: [4, 5], dry_run: true },
    { ...orders, ids: [5] },
    { ...orders, force: true },
  ],
  run_batch: [
    ...NEAR.map((table) => ({ steps: [{ operation: 'list', table }] })),
    {
      steps: [
        { operation: 'list', table: 'orders' },
        { operation: 'delete', table: 'orders', filter: 'id > 0' },
      ],
    },
    { steps: [{ operation: 'get', table: 'orders', id: 5 }] },
    { steps: [{ operation: 'update', table: 'orders', record: { id: 4, total: 1 } }] },
  ],
  import_records: [
    ...NEAR.map((table_name) => ({ table_name, data: 'a\n1' })),
    { ...orders, data: 'id,hidden_amoun\n1,2' },
    { ...orders, import_id: 1 },
  ],
  get_stored_procedures: [{}],
  call_stored_procedure: [{ procedure_name: 'x' }],
  get_stored_functions: [{}],
  call_stored_function: [{ function_name: 'x' }],
  get_database_resources: [{}, { as_access_list: true }, { include_access: true }, { fields: ['nam'] }],
  list_tools: [{}, { names_only: true }, ...NEAR.map((name) => ({ name })), { name: 'delete_records' }],
  call_tool: [
    {},
    { name: 'get_tables' },
    ...NEAR.flatMap((name) => [
      { name, arguments: {} },
      { name: 'get_table_data', arguments: { table_name: name } },
      { name: 'get_table_data', arguments: { ...orders, filter: `${name} = 1` } },
    ]),
    { name: 'call_tool', arguments: { name: 'get_table_data', arguments: orders } },
  ],
}

/** Arguments that no tool takes, for the sake of its error. */
export const WRONG = [
  { stranger: 1 },
  { table_name: 5 },
  { table_name: 'orders', fields: 5, filter: {}, records: 'x' },
  { steps: 'x' },
  { search: 5 },
]
