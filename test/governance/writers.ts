import { afterEach, beforeEach, vi } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

const ALL = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const everything = { component: '_table/*', verbs: ALL }

export let house: House

/** A house of roles that write, opened anew for each test. */
export function useWriters(settings: Readonly<Record<string, string>> = {}): void {
  beforeEach(async () => {
    const roles = {
      writer: [everything],
      other: [everything],
      never: [{ ...everything, confirm: 'never' }],
      over: [{ ...everything, confirm: 'over:1' }],
      always: [{ ...everything, confirm: 'always' }],
      'items-always': [everything, { component: '_table/order_items/*', verbs: ALL, confirm: 'always' }],
      limited: [{ ...everything, limits: { max_affected_rows: 2 } }],
      adder: [
        { component: '_table/*', verbs: ['GET'] },
        { component: '_table/*', verbs: ['POST'], limits: { max_affected_rows: 4 } },
        { component: '_table/*', verbs: ['DELETE'], limits: { max_affected_rows: 1 } },
      ],
      'items-limited': [
        everything,
        { component: '_table/order_items/*', verbs: ALL, limits: { max_affected_rows: 1 } },
      ],
      clearer: [everything, { component: '_delete_all/*', verbs: ['DELETE'] }],
      blind: [{ component: '_table/*', verbs: ['PATCH', 'DELETE', 'POST'], confirm: 'always' }],
    }
    house = await openHouse(roles, {}, settings)
  })
  afterEach(async () => {
    vi.useRealTimers()
    await house.close()
  })
}

export interface Told {
  readonly isError: boolean
  readonly text: string
  readonly data: Record<string, unknown>
  readonly code: string
}

export async function tool(role: string, name: string, args: object): Promise<Told> {
  const { body } = await house.tool(name, { table_name: 'orders', ...args }, keyOf(role))
  const { result } = body as {
    result: { content: { text: string }[]; structuredContent?: object; isError?: boolean }
  }
  const text = result.content[0]?.text ?? ''
  const data = { ...result.structuredContent }
  const code =
    'confirmation' in data ? String(data.confirmation) : (/^confirmation: (\S+)$/m.exec(text)?.[1] ?? '')
  return { isError: result.isError ?? false, text, data, code }
}

export async function orders(): Promise<{ id: number; status: string }[]> {
  const { body } = await house.rest('GET', '/api/v2/shop/_table/orders?fields=id,status&order=id', {
    key: keyOf('writer'),
  })
  return (body as { resource: { id: number; status: string }[] }).resource
}
export const held = { filter: "status = 'canary-held'" }
export const toLate = { ...held, records: [{ status: 'late' }] }
