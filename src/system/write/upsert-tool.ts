import { z } from 'zod'
import type { CustomTool } from '../../core/custom-tool.ts'
import { AppError } from '../../core/errors.ts'
import { idOf, namedIn, present, type TableWriter } from './table-writer.ts'

export interface ToolInput extends CustomTool {
  /** By name. */
  readonly service: string
  /** Left out: keeps its value. */
  readonly isActive?: boolean | undefined
}

interface Tables {
  readonly tools: TableWriter
  readonly services: TableWriter
}

/** It was checked before. */
export async function upsertTool({ tools, services }: Tables, input: ToolInput): Promise<number> {
  const { name, service, isActive, description, operation } = input
  const of = namedIn(await services.rows(), 'name', service)
  if (!of) throw new AppError('bad_request', `There is no service '${service}'.`)
  const row = namedIn(await tools.rows(), 'name', name)
  const values = {
    ...present({ is_active: isActive }),
    service_id: idOf(of),
    description,
    operation,
    parameters: { json: z.json().parse(input.parameters) },
    arguments: { json: z.json().parse(input.arguments) },
  }
  if (!row) return await tools.insert({ is_active: true, ...values, name })
  await tools.update(row, values)
  return idOf(row)
}
