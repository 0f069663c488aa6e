import { FIRST_MOMENT, monthOf, yearOf } from './calendar.ts'
import { LEAVES, type Leaf } from './catalogue-words.ts'
import { type Product, priceAt } from './make-catalogue.ts'
import { at, type Random } from './random.ts'

export interface OrderItem {
  /** `line_total` is not here: the database computes it. */
  readonly row: {
    readonly order_id: number
    readonly line_no: number
    readonly product_id: number
    readonly quantity: number
    readonly unit_price: number
  }
  readonly product: Product
  readonly unitCents: number
}

export interface Basket {
  readonly orderId: number
  readonly orderedAt: number
  readonly isBusiness: boolean
}

/** One to seven lines of different products that are on sale, at the price of the day. */
export function fillBasket(
  random: Random,
  productsByLeaf: ReadonlyMap<Leaf, readonly Product[]>,
  basket: Basket,
) {
  const { orderId, orderedAt, isBusiness } = basket
  const month = monthOf(orderedAt)
  const year = yearOf(orderedAt) - yearOf(FIRST_MOMENT)
  const demand = (leaf: Leaf) => leaf.weight * at(leaf.season, month) * at(leaf.trend, year)
  const chosen = new Set<Product>()
  for (let line = random.weighted([1, 2, 3, 4, 5, 7], (lines) => 9 - lines); line > 0; line--) {
    const products = productsByLeaf.get(random.weighted(LEAVES, demand)) ?? []
    chosen.add(random.weighted(products, (product) => (isOnSale(product, orderedAt) ? product.weight : 0)))
  }
  return [...chosen].map((product, index): OrderItem => {
    const listCents = priceAt(product, orderedAt)
    const quantity = drawQuantity(random, isBusiness, listCents)
    const unitCents = discounted(listCents, quantity)
    const row = {
      order_id: orderId,
      line_no: index + 1,
      product_id: product.row.id,
      quantity,
      unit_price: unitCents / 100,
    }
    return { row, product, unitCents }
  })
}

function isOnSale(product: Product, seconds: number): boolean {
  return product.from <= seconds && seconds < product.until
}

/** Companies buy in bulk, people by the piece, nobody many of what costs over 60 euros. */
function drawQuantity(random: Random, isBusiness: boolean, cents: number): number {
  const isDear = cents > 6_000
  if (isBusiness) return random.pick(isDear ? [1, 1, 2, 2, 3, 4] : [1, 2, 4, 5, 6, 10, 12, 20])
  return random.pick(isDear ? [1] : [1, 1, 1, 1, 1, 2, 2, 3])
}

/** Eight per cent off from ten pieces on. */
function discounted(cents: number, quantity: number): number {
  return quantity >= 10 ? Math.floor((cents * 92) / 100) : cents
}
