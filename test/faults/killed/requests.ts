/** A request that writes one set of records, which are there together or not at all. */
export interface KindOfRequest {
  readonly path: string
  body(name: string): object
  /** How many records of each table belong to one set, by the table's name. */
  readonly set: { readonly customers: number; readonly orders: number; readonly order_items: number }
}

const items = [1, 2].map((line) => ({ line, product: 'x' }))

/** Every record is told by the name of its customer; orders and items hang on it. */
export const KINDS: Readonly<Record<string, KindOfRequest>> = {
  batch: {
    path: '_table/customers',
    body: (name) => ({ resource: Array.from({ length: 5 }, () => ({ name })) }),
    set: { customers: 5, orders: 0, order_items: 0 },
  },
  nested: {
    path: '_table/customers',
    body: (name) => ({
      resource: [
        { name, orders_by_customer_id: [{ number: 1, order_items_by_order_id: items }, { number: 2 }] },
      ],
    }),
    set: { customers: 1, orders: 2, order_items: 2 },
  },
  steps: {
    path: '_batch',
    body: (name) => ({
      steps: [
        { name: 'customer', operation: 'create', table: 'customers', record: { name } },
        {
          name: 'order',
          operation: 'create',
          table: 'orders',
          record: { customer_id: { $ref: 'customer.id' }, number: 1 },
        },
        {
          operation: 'create',
          table: 'order_items',
          records: items.map((item) => ({ ...item, order_id: { $ref: 'order.id' } })),
        },
        { operation: 'update', table: 'orders', id: { $ref: 'order.id' }, record: { status: 'done' } },
      ],
    }),
    set: { customers: 1, orders: 1, order_items: 2 },
  },
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
