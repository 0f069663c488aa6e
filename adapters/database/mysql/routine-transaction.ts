import { randomUUID } from 'node:crypto'
import type { MysqlConnection } from './connection.ts'

type Commands = Pick<MysqlConnection, 'command' | 'rollback' | 'destroy'>

/**
 * Work in which the database refuses every change. A read-only session is not enough: a procedure may begin a transaction of its own
 * that is not read-only. In an XA transaction it can begin none, commit none and change no mode (MySQL 8.4 manual, "XA Transaction
 * States"); there is nothing in it to keep, so it is rolled back.
 */
export async function sealed<T>(connection: Commands, work: () => Promise<T>): Promise<T> {
  const id = `'sluice_${randomUUID()}'`
  await connection.command(`xa start ${id}`)
  return closing(connection, work, async () => {
    await connection.command(`xa end ${id}`)
    await connection.command(`xa rollback ${id}`)
  })
}

/** Work that may leave a transaction open: its locks are let go at once. */
export function endingOpenTransaction<T>(connection: Commands, work: () => Promise<T>): Promise<T> {
  return closing(connection, work, () => connection.rollback())
}

/** A connection that cannot be brought to order is closed. */
async function closing<T>(
  connection: Commands,
  work: () => Promise<T>,
  close: () => Promise<void>,
): Promise<T> {
  try {
    return await work()
  } finally {
    await close().catch(() => connection.destroy())
  }
}
