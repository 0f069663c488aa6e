import { DAY, LAST_MOMENT, toTimestamp } from './calendar.ts'
import { BAD_SUPPLIER_ID, type Product } from './make-catalogue.ts'
import type { Order } from './make-orders.ts'
import { createRandom, type Random } from './random.ts'
import { EMOJI, type Mood, REVIEW_WORDS } from './review-words.ts'

/** One customer in five to eight says something about a line that reached them; never twice about the same product. */
export function makeReviews(orders: readonly Order[]) {
  const random = createRandom('reviews')
  const seen = new Set<string>()
  const drafts = orders.flatMap((order) => {
    const { shippedAt, customer } = order
    if (shippedAt === undefined || (order.row.status !== 'delivered' && order.row.status !== 'returned'))
      return []
    return order.items.flatMap(({ product }) => {
      const writtenAt = shippedAt + random.int(6 * DAY, 45 * DAY)
      const key = `${product.row.id} ${customer.row.id}`
      if (!random.chance(19) || writtenAt > LAST_MOMENT || seen.has(key)) return []
      seen.add(key)
      const rating = drawRating(random, product, order.row.status === 'returned')
      return [
        {
          product_id: product.row.id,
          customer_id: customer.row.id,
          rating,
          language: customer.language,
          writtenAt,
        },
      ]
    })
  })
  drafts.sort((a, b) => a.writtenAt - b.writtenAt)
  return drafts.map(({ writtenAt, ...draft }, index) => ({
    id: index + 1,
    ...draft,
    ...writeText(random, draft.language, draft.rating),
    helpful_votes: random.pick([0, 0, 0, 0, 1, 1, 2, 3, 5, 8, 13]),
    created_at: toTimestamp(writtenAt),
  }))
}

const STARS = [1, 2, 3, 4, 5]

/** Shares of one to five stars. */
function drawRating(random: Random, product: Product, isReturned: boolean): number {
  const isBad = product.row.supplier_id === BAD_SUPPLIER_ID
  const shares = isReturned ? [50, 30, 15, 4, 1] : isBad ? [30, 28, 20, 14, 8] : [3, 5, 12, 34, 46]
  return random.weighted(STARS, (stars) => shares[stars - 1] ?? 0)
}

/** Some only give stars (no text), some only a title. */
function writeText(
  random: Random,
  language: string,
  rating: number,
): { title: string | null; body: string | null } {
  if (random.chance(18)) return { title: null, body: null }
  const mood: Mood = rating >= 4 ? 'good' : rating === 3 ? 'fair' : 'bad'
  const words = REVIEW_WORDS[language] ?? REVIEW_WORDS.en
  const title = random.pick(words?.[mood].titles ?? [])
  if (random.chance(25)) return { title, body: null }
  const sentences = random.sample(words?.[mood].sentences ?? [], random.int(1, 2))
  const emoji = random.chance(20) ? [random.pick(EMOJI[mood])] : []
  return { title, body: [...sentences, ...emoji].join(' ') }
}
