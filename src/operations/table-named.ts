import type { Caller } from '../core/caller.ts'
import type { Services } from '../core/service.ts'
import { canSeeTable } from './database/table-access.ts'

/** The table's own name, where the caller may see the table that has this alias; any other name as it is, like one of nothing. */
export function tableNamedFor(
  { policy }: Pick<Caller, 'policy'>,
  services: Pick<Services, 'tableNamed'>,
  service: string,
): (name: string) => string {
  return (name) => {
    const own = services.tableNamed(service, name)
    return own === name || canSeeTable(policy, service, own) ? own : name
  }
}
