import { LAST_MOMENT, toDate, toTimestamp } from './calendar.ts'
import type { Order } from './make-orders.ts'
import { createRandom } from './random.ts'

/**
 * Settled and pending payments of an order add up to its total, unless it was cancelled (then nothing was paid) or
 * returned (then all of it was refunded). A failed attempt comes on top.
 */
export function makePayments(orders: readonly Order[]) {
  const random = createRandom('payments')
  const drafts = orders.flatMap((order) => [...failedAttempt(order, random.chance(4)), ...planned(order)])
  return drafts.map((draft, index) => ({
    id: index + 1,
    ...draft,
    reference: draft.paid_at === null ? null : `PAY-${String(index + 1).padStart(6, '0')}`,
  }))
}

interface Draft {
  readonly order_id: number
  readonly method: string
  readonly status: 'pending' | 'settled' | 'failed' | 'refunded'
  readonly amount: number
  readonly due_on: string
  readonly paid_at: string | null
}

function failedAttempt({ row, plan, orderedAt }: Order, failed: boolean): readonly Draft[] {
  if (!failed || plan.method === 'invoice' || plan.method === 'transfer') return []
  const { id, total } = row
  return [
    {
      order_id: id,
      method: plan.method,
      status: 'failed',
      amount: total,
      due_on: toDate(orderedAt),
      paid_at: null,
    },
  ]
}

function planned({ row, plan }: Order): readonly Draft[] {
  if (row.status === 'cancelled') return []
  return plan.parts.map(({ cents, dueAt, paidAt }) => {
    const isPaid = paidAt <= LAST_MOMENT
    const status = !isPaid ? 'pending' : row.status === 'returned' ? 'refunded' : 'settled'
    const paid_at = isPaid ? toTimestamp(paidAt) : null
    return {
      order_id: row.id,
      method: plan.method,
      status,
      amount: cents / 100,
      due_on: toDate(dueAt),
      paid_at,
    }
  })
}
