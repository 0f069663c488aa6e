import type { TableExtras } from '../../../core/database/extras.ts'
import { AppError } from '../../../core/errors.ts'

type Kept = ReadonlyMap<string, TableExtras>
type Changed = ReadonlyMap<string, TableExtras | undefined>

/**
 * No alias that is new in these changes is another table's name or alias; `tables` are the names that the database has. Throws
 * `conflict`, alike for tables that the caller sees and others.
 */
export function requireFreeAliases(now: Kept, changed: Changed, tables: readonly string[]): void {
  const later = new Map<string, TableExtras | undefined>([...now, ...changed])
  for (const [name, extras] of changed) {
    const alias = extras?.alias
    if (alias === undefined || now.get(name)?.alias === alias) continue
    const others = [...later].filter(([other]) => other !== name).map(([, kept]) => kept?.alias)
    const names = tables.filter((other) => other.toLowerCase() !== name.toLowerCase())
    if ([...names, ...others].some((taken) => taken?.toLowerCase() === alias.toLowerCase()))
      throw new AppError('conflict', `'${alias}' is the name of a table already.`, {
        hint: 'Choose another alias.',
      })
  }
}
