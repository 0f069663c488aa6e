import { isDeepStrictEqual } from 'node:util'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import type { Secrets } from '../secrets.ts'
import {
  type ConfiguredType,
  openConfig,
  type ServiceConfig,
  sealConfig,
  toConfig,
} from '../service-config.ts'
import { idOf, namedIn, present, type TableWriter } from './table-writer.ts'

/** What is left out keeps its value, or takes the default of a new record. */
export interface ServiceInput {
  readonly name: string
  readonly type: string
  readonly label?: string | undefined
  readonly description?: string | undefined
  readonly isActive?: boolean | undefined
  readonly mutable?: boolean | undefined
  readonly deletable?: boolean | undefined
  readonly config: ServiceConfig
}

interface Options {
  readonly secrets: Secrets
  readonly types: readonly ConfiguredType[]
}

export async function upsertService(
  services: TableWriter,
  options: Options,
  input: ServiceInput,
): Promise<number> {
  const row = namedIn(await services.rows(), 'name', input.name)
  if (row && row.type !== input.type) {
    throw new AppError(
      'bad_request',
      `Service '${input.name}' is there already, with the type '${row.type}'.`,
      {
        hint: 'The type of a service cannot change: take another name.',
      },
    )
  }
  const values = {
    ...present({
      label: input.label,
      description: input.description,
      is_active: input.isActive,
      mutable: input.mutable,
      deletable: input.deletable,
    }),
    config: { json: storedConfig(row, options, input) },
  }
  if (!row) {
    const defaults = { label: input.name, is_active: true }
    return await services.insert({ ...defaults, ...values, name: input.name, type: input.type })
  }
  await services.update(row, values)
  return idOf(row)
}

/** Each encryption differs, so an unchanged config keeps its stored text. */
function storedConfig(row: Row | undefined, { secrets, types }: Options, input: ServiceInput): ServiceConfig {
  const stored = toConfig(row?.config)
  if (stored && isDeepStrictEqual(openConfig(stored, secrets), input.config)) return stored
  return sealConfig(
    input.config,
    types.find(({ name }) => name === input.type),
    secrets,
  )
}
