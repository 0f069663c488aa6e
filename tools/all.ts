import type { AnyTool } from '../src/core/tool.ts'
import { aggregateData } from './aggregate-data.ts'
import { callStoredFunction } from './call-stored-function.ts'
import { callStoredProcedure } from './call-stored-procedure.ts'
import { callTool } from './call-tool.ts'
import { createRecords } from './create-records.ts'
import { deleteRecords } from './delete-records.ts'
import { getDataModel } from './get-data-model.ts'
import { getDatabaseResources } from './get-database-resources.ts'
import { getStoredFunctions } from './get-stored-functions.ts'
import { getStoredProcedures } from './get-stored-procedures.ts'
import { getTableData } from './get-table-data.ts'
import { getTableFields } from './get-table-fields.ts'
import { getTableRelationships } from './get-table-relationships.ts'
import { getTableSchema } from './get-table-schema.ts'
import { getTables } from './get-tables.ts'
import { importRecords } from './import-records.ts'
import { listTools } from './list-tools.ts'
import { runBatch } from './run-batch.ts'
import { updateRecords } from './update-records.ts'

/** Every MCP tool, in the order a model sees them. */
export const tools: readonly AnyTool[] = [
  getTables,
  getTableSchema,
  getTableFields,
  getTableRelationships,
  getTableData,
  aggregateData,
  getDataModel,
  createRecords,
  updateRecords,
  deleteRecords,
  runBatch,
  importRecords,
  getStoredProcedures,
  callStoredProcedure,
  getStoredFunctions,
  callStoredFunction,
  getDatabaseResources,
  listTools,
  callTool,
]
