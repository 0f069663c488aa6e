import type { ColumnType } from './column-type.ts'

/** Texts that are values of a type although the planner would not take them for any, as the server shows them. */
export function alsoTakes({ type, dbType }: Pick<ColumnType, 'type' | 'dbType'>): RegExp | undefined {
  return type === 'boolean' && dbType.startsWith('NUMBER') ? SMALL_NUMBER : undefined
}

/** A NUMBER of one digit may hold other numbers than 0 and 1. */
const SMALL_NUMBER = /^-?\d$/
