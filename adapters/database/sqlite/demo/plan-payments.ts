import { DAY, HOUR } from './calendar.ts'
import type { Customer } from './make-customers.ts'
import type { Random } from './random.ts'

type PaymentMethod = 'card' | 'wallet' | 'transfer' | 'invoice'

/** What is to be paid and when it will be, whether or not that is still in the future when the books end. */
export interface PaymentPlan {
  readonly method: PaymentMethod
  readonly parts: readonly { readonly cents: number; readonly dueAt: number; readonly paidAt: number }[]
  readonly fullyPaidAt: number
}

export interface Bill {
  readonly orderedAt: number
  readonly totalCents: number
  readonly customer: Customer
}

const METHODS: Record<Customer['row']['kind'], Record<PaymentMethod, number>> = {
  person: { card: 55, wallet: 25, transfer: 12, invoice: 8 },
  business: { card: 10, wallet: 0, transfer: 15, invoice: 75 },
}

/** From this sum on (cents), an invoice may be paid in two halves. */
const TWO_PARTS_FROM = 30_000

/** Some order by bank transfer and forget. */
const NEVER = Number.POSITIVE_INFINITY

export function planPayments(random: Random, { orderedAt, totalCents, customer }: Bill): PaymentPlan {
  const shares = METHODS[customer.row.kind]
  const method = random.weighted<PaymentMethod>(
    ['card', 'wallet', 'transfer', 'invoice'],
    (name) => shares[name],
  )
  const isSplit = method === 'invoice' && totalCents >= TWO_PARTS_FROM && random.chance(25)
  const first = isSplit ? Math.floor(totalCents / 2) : totalCents
  const amounts = isSplit ? [first, totalCents - first] : [first]
  const parts = amounts.map((cents, index) => {
    const dueAt = orderedAt + daysToPay(method) * (index + 1) * DAY
    return {
      cents,
      dueAt,
      paidAt: makePaidAt(random, { method, orderedAt, dueAt, isSlow: customer.isSlowPayer }),
    }
  })
  return { method, parts, fullyPaidAt: Math.max(...parts.map((part) => part.paidAt)) }
}

function daysToPay(method: PaymentMethod): number {
  return { card: 0, wallet: 0, transfer: 14, invoice: 30 }[method]
}

interface Due {
  readonly method: PaymentMethod
  readonly orderedAt: number
  readonly dueAt: number
  readonly isSlow: boolean
}

function makePaidAt(random: Random, { method, orderedAt, dueAt, isSlow }: Due): number {
  if (method === 'card' || method === 'wallet') return orderedAt + random.int(5, 110)
  if (method === 'transfer') return random.chance(4) ? NEVER : orderedAt + random.int(8 * HOUR, 9 * DAY)
  return dueAt + (isSlow ? random.int(18 * DAY, 75 * DAY) : random.int(-25 * DAY, 3 * DAY))
}
