import type { RowFilter, RuleDraft } from './role-draft.ts'
import type { NamedService } from './use-roles.ts'

/** Undefined: all services. */
export function serviceName(id: number | null, services: readonly NamedService[]): string | undefined {
  return services.find((one) => one.id === id)?.name
}

/** What a rule leaves of rows and columns, in short. */
export function rowsInWords({ filters, filterOp, fields, limits }: RuleDraft): string {
  const rows =
    filters.length === 0 ? 'All rows' : filters.map(filterInWords).join(` ${filterOp.toLowerCase()} `)
  const most = Object.keys(limits).length
  return [
    rows,
    ...(fields.length > 0 ? [countOf(fields.length, 'column')] : []),
    ...(most > 0 ? [countOf(most, 'limit')] : []),
  ].join(', ')
}

function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

function filterInWords({ name, operator, value }: RowFilter): string {
  const shown = Array.isArray(value)
    ? value.join(', ')
    : value === undefined || value === null
      ? ''
      : String(value)
  return `${name || '…'} ${operator} ${shown}`.trim()
}

/** `orders` of `_table/orders/*`; undefined where a rule is not about one table. */
export function tableOf({ component }: Pick<RuleDraft, 'component'>): string | undefined {
  const [, name] = /^_table\/([^/*]+)(?:\/\*?)?$/.exec(component) ?? []
  return name
}
