import { isDeepStrictEqual } from 'node:util'
import type { Json, Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { didYouMean, nearest } from '../../core/names.ts'
import { limitsToWire } from '../../core/rule-limits.ts'
import type { RuleRecord } from '../snapshot.ts'
import { idOf, namedIn, present, type TableWriter } from './table-writer.ts'

export interface RoleInput {
  readonly name: string
  /** Left out: keeps its value. */
  readonly description?: string | undefined
  readonly isActive?: boolean | undefined
  /** All rules of the role: others are removed. */
  readonly rules: readonly RuleRecord[]
}

interface Tables {
  readonly roles: TableWriter
  readonly rules: TableWriter
  readonly services: TableWriter
}

export async function upsertRole({ roles, rules, services }: Tables, input: RoleInput): Promise<number> {
  const given = present({ description: input.description, is_active: input.isActive })
  const row = namedIn(await roles.rows(), 'name', input.name)
  const isEnding = row?.is_active === true && input.isActive === false
  const session_epoch = Number(row?.session_epoch ?? 0) + 1
  if (row) await roles.update(row, { ...given, ...(isEnding && { session_epoch }) })
  const id = row ? idOf(row) : await roles.insert({ is_active: true, ...given, name: input.name })
  const known = await services.rows()
  const wanted = input.rules.map((rule) => columnsOf(rule, known))
  const stored = (await rules.rows()).filter(({ role_id }) => role_id === id)
  const isUnchanged = isDeepStrictEqual(stored.map(ruleColumns), wanted)
  if (isUnchanged) return id
  await rules.deleteWhere({ op: '=', field: 'role_id', value: id })
  for (const rule of wanted)
    await rules.insert({
      ...rule,
      filters: { json: rule.filters },
      fields: rule.fields === null ? null : { json: rule.fields },
      limits: rule.limits === null ? null : { json: rule.limits },
      role_id: id,
    })
  return id
}

interface RuleColumns {
  readonly service_id: number | null
  readonly component: string
  readonly verb_mask: number
  readonly requestor_mask: number
  readonly filters: Json
  readonly filter_op: string
  readonly fields: Json
  readonly limits: Json
  readonly confirm: string | null
}

function columnsOf({ service, filters, ...rule }: RuleRecord, services: readonly Row[]): RuleColumns {
  return {
    service_id: service === null ? null : serviceId(service, services),
    component: rule.component,
    verb_mask: rule.verbMask,
    requestor_mask: rule.requestorMask,
    filters: filters.map(({ name, operator, value }) =>
      value === undefined ? { name, operator } : { name, operator, value },
    ),
    filter_op: rule.filterOp,
    fields: rule.fields ? [...rule.fields] : null,
    limits: limitsToWire(rule.limits) ?? null,
    confirm: rule.confirm ?? null,
  }
}

function ruleColumns(row: Row) {
  const { service_id, component, verb_mask, requestor_mask, filters, filter_op, fields, limits, confirm } =
    row
  return { service_id, component, verb_mask, requestor_mask, filters, filter_op, fields, limits, confirm }
}

function serviceId(name: string, services: readonly Row[]): number {
  const row = namedIn(services, 'name', name)
  if (row) return idOf(row)
  const names = nearest(
    name,
    services.map((service) => String(service.name)),
  )
  throw new AppError(
    'bad_request',
    `A rule names the service '${name}', which does not exist. ${didYouMean(names)}`.trim(),
    {
      didYouMean: names,
    },
  )
}
