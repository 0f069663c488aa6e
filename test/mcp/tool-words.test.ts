import { expect, test } from 'vitest'
import { z } from 'zod'
import { describeTool } from '../../src/mcp/describe-tool.ts'
import { tools } from '../../tools/all.ts'

const described = tools.map((tool) => [tool.name, tool, describeTool(tool)] as const)

test('the tools come in their order', () => {
  expect(tools.map(({ name }) => name)).toEqual([
    'get_tables',
    'get_table_schema',
    'get_table_fields',
    'get_table_relationships',
    'get_table_data',
    'aggregate_data',
    'get_data_model',
    'create_records',
    'update_records',
    'delete_records',
    'run_batch',
    'import_records',
    'get_stored_procedures',
    'call_stored_procedure',
    'get_stored_functions',
    'call_stored_function',
    'get_database_resources',
    'list_tools',
    'call_tool',
  ])
})

test.each(described)('%s has short words', (_name, { title = '', description }) => {
  expect(title.split(' ').length).toBeLessThanOrEqual(4)
  expect(description.split(/\.(?:\s|$)/).filter(Boolean).length).toBeLessThanOrEqual(3)
})

test.each(described)('%s describes every argument and refuses others', (_name, tool, { inputSchema }) => {
  const properties = Object.values(inputSchema.properties)
  expect(
    properties.every((property) => z.object({ description: z.string().min(1) }).safeParse(property).success),
  ).toBe(true)
  expect(Object.keys(inputSchema.properties)).toEqual(Object.keys(tool.arguments.shape))
  expect(
    tool.arguments.safeParse({ stranger: 1 }).error?.issues.some(({ code }) => code === 'unrecognized_keys'),
  ).toBe(true)
})

test.each(described)(
  '%s has an object as input and as output',
  (_name, tool, { inputSchema, outputSchema }) => {
    expect([inputSchema.type, outputSchema?.type]).toEqual(['object', 'object'])
    expect(Object.keys(outputSchema?.properties ?? {})).toEqual([
      'service',
      ...Object.keys(tool.output.shape),
      ...(tool.list ? ['has_more', 'truncated_by'] : []),
    ])
  },
)

test('annotations follow from what the operation does', () => {
  const hints = Object.fromEntries(described.map(([name, , { annotations }]) => [name, annotations]))
  const reads = { readOnlyHint: true, openWorldHint: false }
  const adds = { readOnlyHint: false, destructiveHint: false, openWorldHint: false }
  const changes = { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false }
  const runs = { readOnlyHint: false, destructiveHint: true, openWorldHint: false }
  expect(hints).toEqual({
    get_tables: reads,
    get_table_schema: reads,
    get_table_fields: reads,
    get_table_relationships: reads,
    get_table_data: reads,
    aggregate_data: reads,
    get_data_model: reads,
    create_records: adds,
    update_records: changes,
    delete_records: changes,
    run_batch: runs,
    import_records: adds,
    get_stored_procedures: reads,
    call_stored_procedure: runs,
    get_stored_functions: reads,
    call_stored_function: runs,
    get_database_resources: reads,
    list_tools: reads,
    call_tool: runs,
  })
})

test('arguments are named as in dreamfactory', () => {
  const names = Object.fromEntries(tools.map(({ name, arguments: { shape } }) => [name, Object.keys(shape)]))
  const data = [
    'table_name',
    'fields',
    'filter',
    'offset',
    'limit',
    'order',
    'continue',
    'related',
    'count_only',
    'include_count',
    'include_schema',
    'ids',
  ]
  expect(names.get_table_data).toEqual(expect.arrayContaining(data))
  const write = ['table_name', 'fields', 'related', 'continue', 'rollback']
  expect(names.create_records).toEqual(expect.arrayContaining([...write, 'records']))
  expect(names.update_records).toEqual(expect.arrayContaining([...write, 'records', 'ids', 'filter']))
  expect(names.delete_records).toEqual(expect.arrayContaining([...write, 'ids', 'filter', 'force']))
  expect(names.aggregate_data).toEqual(
    expect.arrayContaining(['table_name', 'aggregates', 'filter', 'group_by']),
  )
  const call = ['parameters', 'returns', 'confirmation']
  expect(names.call_stored_procedure?.toSorted()).toEqual([...call, 'procedure_name', 'wrapper'].toSorted())
  expect(names.call_stored_function?.toSorted()).toEqual([...call, 'function_name'].toSorted())
})
