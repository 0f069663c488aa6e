import { DAY, HOUR, LAST_MOMENT, MINUTE, moment, toTimestamp } from './calendar.ts'
import type { Product } from './make-catalogue.ts'
import { type Department, type Employee, pickEmployee } from './make-employees.ts'
import type { Order } from './make-orders.ts'
import { at, createRandom, type Random } from './random.ts'

export interface AuditedParts {
  readonly orders: readonly Order[]
  readonly products: readonly Product[]
  readonly employees: readonly Employee[]
}

interface Event {
  readonly happenedAt: number
  /** Null for the shop's own nightly jobs. */
  readonly username: string | null
  readonly action: string
  readonly entity: string
  readonly entityId: number
  readonly detail: object | null
}

/** Who did what: orders taken on the telephone, cancellations, refunds, price changes, and the nightly stock count. */
export function makeAuditLog({ orders, products, employees }: AuditedParts) {
  const random = createRandom('audit log')
  const staff = (name: Department) => employees.filter((employee) => employee.row.department === name)
  const [support, finance, purchasing] = [staff('Support'), staff('Finance'), staff('Purchasing')]
  const events = [
    ...orders.flatMap(orderTaken),
    ...orders.flatMap((order) => orderUndone(random, order, { support, finance })),
    ...products.flatMap((product) => priceChanges(random, product, purchasing)),
    ...stockCounts(random, products),
  ]
  events.sort((a, b) => a.happenedAt - b.happenedAt)
  return events.map(({ happenedAt, username, action, entity, entityId, detail }, index) => ({
    id: index + 1,
    happened_at: toTimestamp(happenedAt),
    'user name': username,
    action,
    entity,
    entity_id: entityId,
    detail: detail === null ? null : JSON.stringify(detail),
  }))
}

function orderTaken({ row, employee, orderedAt }: Order): readonly Event[] {
  if (!employee) return []
  const username = employee.row.username
  return [
    {
      happenedAt: orderedAt,
      username,
      action: 'create_order',
      entity: 'orders',
      entityId: row.id,
      detail: null,
    },
  ]
}

const CANCEL_REASONS = [
  'changed my mind',
  'ordered twice',
  'found it cheaper',
  'took too long',
  'wrong address',
]

function orderUndone(
  random: Random,
  order: Order,
  { support, finance }: Record<'support' | 'finance', readonly Employee[]>,
): readonly Event[] {
  const { row, orderedAt, shippedAt, plan } = order
  const about = { entity: 'orders', entityId: row.id }
  if (row.status === 'cancelled') {
    const happenedAt = Math.min(LAST_MOMENT, orderedAt + random.int(10 * MINUTE, 30 * HOUR))
    const { username } = pickEmployee(random, support, happenedAt).row
    return [
      {
        happenedAt,
        username,
        action: 'cancel_order',
        ...about,
        detail: { reason: random.pick(CANCEL_REASONS) },
      },
    ]
  }
  if (row.status === 'returned' && shippedAt !== undefined) {
    const happenedAt = Math.min(
      LAST_MOMENT,
      Math.max(shippedAt, plan.fullyPaidAt) + random.int(9 * DAY, 20 * DAY),
    )
    const { username } = pickEmployee(random, finance, happenedAt).row
    return [
      {
        happenedAt,
        username,
        action: 'refund_order',
        ...about,
        detail: { amount: row.total, currency: 'EUR' },
      },
    ]
  }
  return []
}

function priceChanges(random: Random, product: Product, purchasing: readonly Employee[]): readonly Event[] {
  return product.prices.slice(1).map(({ from, cents }, index) => ({
    happenedAt: from,
    username: pickEmployee(random, purchasing, from).row.username,
    action: 'change_price',
    entity: 'products',
    entityId: product.row.id,
    detail: { old: at(product.prices, index).cents / 100, new: cents / 100 },
  }))
}

/** Every night of October 2026 finds a few products with a different stock than booked. */
function stockCounts(random: Random, products: readonly Product[]): readonly Event[] {
  const nights = Array.from({ length: 31 }, (_, night) => moment('2026-10-01') + night * DAY + 2 * HOUR)
  return nights.flatMap((night) =>
    random.sample(products, random.int(4, 12)).map(({ row }, index) => ({
      happenedAt: night + index * 7,
      username: null,
      action: 'count_stock',
      entity: 'products',
      entityId: row.id,
      detail: { difference: random.pick([-3, -2, -1, -1, 1, 2]) },
    })),
  )
}
