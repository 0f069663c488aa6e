import { beforeEach } from 'vitest'
import { type Door, openDoor } from './door.ts'

export let door: Door

/** A door that is opened anew for each test. */
export function useDoor(): void {
  beforeEach(() => openAs())
}
export async function openAs(...how: Parameters<typeof openDoor>): Promise<void> {
  door = await openDoor(...how)
}
export const orders = (query = '') => door.ask(`shop/_table/orders${query}`)
export const ids = ({ body }: { body: unknown }) =>
  (body as { resource: { id: number }[] }).resource.map(({ id }) => id)
export const errorOf = ({ body }: { body: unknown }) => (body as { error: Record<string, unknown> }).error
export const write = (method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', address: string, payload?: unknown) =>
  door.ask(`shop/_table/${address}`, {
    method,
    ...(payload === undefined ? {} : { payload: JSON.stringify(payload) }),
    headers: { 'x-dreamfactory-api-key': 'admin-key', 'content-type': 'application/json' },
  })
