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

/**
 * Names of tables come before aliases, and the schema alone tells them: for what looks like an alias it is read first. Undefined
 * when there is nothing to wait for. A service that does not open leaves things as they are.
 */
export function tablesKnown(
  services: Pick<Services, 'tableNamed' | 'open'>,
  service: string,
  names: readonly string[],
  signalOf: () => AbortSignal,
): Promise<void> | undefined {
  if (names.every((name) => services.tableNamed(service, name) === name)) return undefined
  const signal = signalOf()
  return services
    .open(service, signal)
    .then((opened) => opened.schema({ signal }))
    .then(
      () => {},
      () => {},
    )
}
