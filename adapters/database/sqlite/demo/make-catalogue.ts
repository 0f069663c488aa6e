import { DAY, FIRST_MOMENT, HOUR, LAST_MOMENT, moment, toDate } from './calendar.ts'
import { ATTRIBUTES, LEAVES, type Leaf } from './catalogue-words.ts'
import { at, createRandom, type Random } from './random.ts'
import { drawThumbnail } from './thumbnail.ts'
import { BRANDS, REGIONS, SUPPLIER_FORMS, SUPPLIER_NAMES, TAGS } from './words.ts'

/** The one whose goods are complained about and sent back. */
export const BAD_SUPPLIER_ID = SUPPLIER_NAMES.indexOf('Quillfeather') + 1

const PRODUCTS_PER_LEAF = 24
/** The first of each leaf are on sale all the time, so that every basket can be filled. */
const ALWAYS_ON_SALE = 8

export interface Product {
  readonly row: {
    readonly id: number
    readonly sku: string
    readonly name: string
    readonly category_id: number
    readonly supplier_id: number
    readonly price: number
    readonly cost: number
    readonly weight_kg: number | null
    readonly stock: number
    readonly is_active: number
    readonly launched_on: string
    readonly discontinued_on: string | null
    readonly attributes: string | null
    readonly thumbnail: Uint8Array | null
  }
  /** Share of its leaf's sales. */
  readonly weight: number
  /** On sale from this moment up to, not including, the other. */
  readonly from: number
  readonly until: number
  /** Oldest first; the last one is the price of today. */
  readonly prices: readonly { readonly from: number; readonly cents: number }[]
}

export function makeCatalogue() {
  const categories = makeCategories()
  const random = createRandom('products')
  const products: Product[] = []
  const productsByLeaf = new Map<Leaf, readonly Product[]>()
  for (const leaf of LEAVES) {
    const categoryId = categories.findIndex((category) => category.slug === slugOf(leaf.path)) + 1
    const popularity = random.sample(
      Array.from({ length: PRODUCTS_PER_LEAF }, (_, rank) => rank),
      PRODUCTS_PER_LEAF,
    )
    const made = popularity.map((rank, place) =>
      makeProduct({ random, leaf, categoryId, rank, place, id: products.length + place + 1 }),
    )
    productsByLeaf.set(leaf, made)
    products.push(...made)
  }
  const tags = TAGS.map((name, index) => ({ id: index + 1, name }))
  return {
    categories,
    suppliers: makeSuppliers(),
    products,
    productsByLeaf,
    tags,
    productTags: makeProductTags(products),
  }
}

/** The price in cents at a moment. */
export function priceAt(product: Product, seconds: number): number {
  return at(product.prices.filter((price) => price.from <= seconds).slice(-1), 0).cents
}

function makeCategories() {
  const categories: { id: number; parent_id: number | null; name: string; slug: string }[] = []
  for (const { path } of LEAVES) {
    for (const [depth, name] of path.entries()) {
      const slug = slugOf(path.slice(0, depth + 1))
      if (categories.some((category) => category.slug === slug)) continue
      const parent = categories.find((category) => category.slug === slugOf(path.slice(0, depth)))
      categories.push({ id: categories.length + 1, parent_id: parent?.id ?? null, name, slug })
    }
  }
  return categories
}

function slugOf(path: readonly string[]): string {
  return path.map((name) => name.toLowerCase().replaceAll(' ', '-')).join('/')
}

function makeSuppliers() {
  const random = createRandom('suppliers')
  return SUPPLIER_NAMES.map((name, index) => ({
    id: index + 1,
    name: `${name} ${random.pick(SUPPLIER_FORMS)}`,
    email: `orders@supplier${index + 1}.example.com`,
    country: random.pick(REGIONS).country,
    lead_days: random.int(2, 45),
    is_preferred: random.chance(30) && index + 1 !== BAD_SUPPLIER_ID ? 1 : 0,
    partner_since: toDate(moment('2012-01-01') + random.int(0, 3650) * DAY),
    note: random.chance(25)
      ? random.pick([
          'Closed in August.',
          'Minimum order 500 €.',
          'Ships on Tuesdays only.',
          '請求書は月末 📦',
        ])
      : null,
  }))
}

interface ProductPlace {
  readonly random: Random
  readonly leaf: Leaf
  readonly categoryId: number
  /** 0 sells best in its leaf. */
  readonly rank: number
  readonly place: number
  readonly id: number
}

function makeProduct({ random, leaf, categoryId, rank, place, id }: ProductPlace): Product {
  const isLasting = place < ALWAYS_ON_SALE
  const isNew = !isLasting && random.chance(40)
  const from = isNew ? FIRST_MOMENT + random.int(30, 960) * DAY : FIRST_MOMENT - random.int(30, 1500) * DAY
  const isEnded = !isLasting && !isNew && random.chance(15)
  const until = isEnded ? moment('2025-02-01') + random.int(0, 600) * DAY : LAST_MOMENT + 1
  const prices = makePrices(random, leaf, { from, until })
  const cents = at(prices, prices.length - 1).cents
  const department = at(leaf.path, 0)
  return {
    row: {
      id,
      sku: `${department.slice(0, 3).toUpperCase()}-${String(1000 + id * 7)}`,
      name: `${random.pick(BRANDS)} ${random.pick(leaf.nouns)}`,
      category_id: categoryId,
      supplier_id: random.int(1, SUPPLIER_NAMES.length),
      price: cents / 100,
      cost: Math.floor((cents * random.int(42, 71)) / 100) / 100,
      weight_kg: random.chance(90) ? random.int(5, 250) / 100 : null,
      stock: isEnded || random.chance(6) ? 0 : random.int(3, 400),
      is_active: isEnded ? 0 : 1,
      launched_on: toDate(from),
      discontinued_on: isEnded ? toDate(until) : null,
      attributes: random.chance(95) ? makeAttributes(random, department) : null,
      thumbnail: random.chance(85) ? drawThumbnail(random) : null,
    },
    weight: Math.floor(1000 / (rank + 2)),
    from,
    until,
    prices,
  }
}

/** Most prices went up in the second half of January 2025 and 2026, in office hours. */
function makePrices(random: Random, leaf: Leaf, { from, until }: { from: number; until: number }) {
  const [low, high] = leaf.priceRange
  let cents = random.int(low * 10, high * 10) * 10 - random.pick([1, 5, 10])
  const prices = [{ from, cents }]
  for (const year of ['2025', '2026']) {
    const changedAt = moment(`${year}-01-15`) + random.int(0, 12) * DAY + random.int(9 * HOUR, 16 * HOUR)
    if (changedAt <= from || changedAt >= until || random.chance(35)) continue
    cents += Math.max(10, Math.floor((cents * random.int(2, 7)) / 1000) * 10)
    prices.push({ from: changedAt, cents })
  }
  return prices
}

function makeAttributes(random: Random, department: string): string {
  const choices = Object.entries(ATTRIBUTES[department] ?? {})
  return JSON.stringify(Object.fromEntries(choices.map(([name, values]) => [name, random.pick(values)])))
}

function makeProductTags(products: readonly Product[]) {
  const random = createRandom('product_tags')
  const tagIds = TAGS.map((_, index) => index + 1)
  return products.flatMap(({ row }) => {
    const chosen = [...random.sample(tagIds, random.int(1, 5))].sort((a, b) => a - b)
    return chosen.map((tagId) => ({ product_id: row.id, tag_id: tagId }))
  })
}
