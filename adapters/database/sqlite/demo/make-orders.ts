import { DAY, FIRST_MOMENT, HOUR, LAST_MOMENT, monthOf, toTimestamp, weekdayOf, yearOf } from './calendar.ts'
import type { Leaf } from './catalogue-words.ts'
import { fillBasket, type OrderItem } from './fill-basket.ts'
import { BAD_SUPPLIER_ID, type Product } from './make-catalogue.ts'
import type { Customer } from './make-customers.ts'
import { type Employee, pickEmployee } from './make-employees.ts'
import { type PaymentPlan, planPayments } from './plan-payments.ts'
import { at, createRandom, type Random } from './random.ts'

export interface Order {
  readonly row: {
    readonly id: number
    readonly customer_id: number
    readonly address_id: number
    readonly employee_id: number | null
    readonly status: OrderStatus
    readonly ordered_at: string
    readonly shipped_at: string | null
    readonly total: number
  }
  readonly customer: Customer
  readonly employee: Employee | undefined
  readonly orderedAt: number
  readonly shippedAt: number | undefined
  readonly items: readonly OrderItem[]
  readonly plan: PaymentPlan
}

type OrderStatus = 'new' | 'paid' | 'shipped' | 'delivered' | 'returned' | 'cancelled'

export interface ShopParts {
  readonly customers: readonly Customer[]
  readonly employees: readonly Employee[]
  readonly productsByLeaf: ReadonlyMap<Leaf, readonly Product[]>
}

/** In the order they came in. */
export function makeOrders({ customers, employees, productsByLeaf }: ShopParts): readonly Order[] {
  const random = createRandom('orders')
  const sales = employees.filter((employee) => employee.row.department === 'Sales')
  let registered = 0
  return makeMoments(random).map((orderedAt, index) => {
    while ((customers[registered]?.createdAt ?? LAST_MOMENT) < orderedAt) registered++
    const customer = pickCustomer(random, customers, registered)
    const isBusiness = customer.row.kind === 'business'
    const items = fillBasket(random, productsByLeaf, { orderId: index + 1, orderedAt, isBusiness })
    const totalCents = items.reduce((sum, item) => sum + item.row.quantity * item.unitCents, 0)
    const plan = planPayments(random, { orderedAt, totalCents, customer })
    const employee = random.chance(isBusiness ? 70 : 25) ? pickEmployee(random, sales, orderedAt) : undefined
    const address = at(customer.addresses, random.chance(85) ? 0 : customer.addresses.length - 1)
    const outcome = decideOutcome(random, { orderedAt, items, plan })
    return {
      row: {
        id: index + 1,
        customer_id: customer.row.id,
        address_id: address.id,
        employee_id: employee?.row.id ?? null,
        status: outcome.status,
        ordered_at: toTimestamp(orderedAt),
        shipped_at: outcome.shippedAt === undefined ? null : toTimestamp(outcome.shippedAt),
        total: totalCents / 100,
      },
      customer,
      employee,
      orderedAt,
      shippedAt: outcome.shippedAt,
      items,
      plan,
    }
  })
}

/** Orders a day in 2024, 2025 and 2026, and per cent of that in each month and on each weekday (Sunday first). */
const ORDERS_A_DAY = [7, 9, 11]
const MONTHS = [85, 80, 90, 95, 100, 92, 84, 86, 98, 104, 142, 178]
const WEEKDAYS = [124, 108, 96, 92, 94, 88, 98]
/** The hours in which people order, busy ones more often. */
const HOURS = [
  0, 6, 7, 8, 9, 9, 10, 10, 11, 12, 12, 13, 14, 15, 16, 17, 18, 18, 19, 19, 20, 20, 20, 21, 21, 22, 23,
]

function makeMoments(random: Random): readonly number[] {
  const moments: number[] = []
  for (let day = FIRST_MOMENT; day < LAST_MOMENT; day += DAY) {
    const aDay = at(ORDERS_A_DAY, yearOf(day) - yearOf(FIRST_MOMENT))
    const percent = at(MONTHS, monthOf(day)) * at(WEEKDAYS, weekdayOf(day)) * random.int(80, 120)
    const count = Math.round((aDay * percent) / 1_000_000)
    const inDay = Array.from(
      { length: count },
      () => day + random.pick(HOURS) * HOUR + random.int(0, HOUR - 1),
    )
    moments.push(...inDay.sort((a, b) => a - b))
  }
  return moments
}

/** One of the first `registered` customers; the loyal ones come more often. */
function pickCustomer(random: Random, customers: readonly Customer[], registered: number): Customer {
  for (;;) {
    const customer = at(customers, random.int(0, registered - 1))
    if (random.int(1, 20) <= customer.loyalty) return customer
  }
}

interface PlacedOrder {
  readonly orderedAt: number
  readonly items: readonly OrderItem[]
  readonly plan: PaymentPlan
}

/** Invoices ship at once, everything else when it is paid; what would happen after the books end has not happened yet. */
function decideOutcome(
  random: Random,
  { orderedAt, items, plan }: PlacedOrder,
): { status: OrderStatus; shippedAt?: number } {
  const isDecember = monthOf(orderedAt) === 11
  const handling = random.int(4 * HOUR, 3 * DAY) * (isDecember ? 2 : 1)
  const shippedAt = (plan.method === 'invoice' ? orderedAt : plan.fullyPaidAt) + handling
  const deliveredAt = shippedAt + random.int(2 * DAY, 6 * DAY)
  const returnedAt = Math.max(deliveredAt, plan.fullyPaidAt) + random.int(3 * DAY, 14 * DAY)
  const isBad = items.some((item) => item.product.row.supplier_id === BAD_SUPPLIER_ID)
  const isSentBack = random.chance(isBad ? 17 : 2)
  if (random.chance(4)) return { status: 'cancelled' }
  if (shippedAt > LAST_MOMENT) return { status: plan.fullyPaidAt <= LAST_MOMENT ? 'paid' : 'new' }
  if (deliveredAt > LAST_MOMENT) return { status: 'shipped', shippedAt }
  return { status: isSentBack && returnedAt <= LAST_MOMENT ? 'returned' : 'delivered', shippedAt }
}
