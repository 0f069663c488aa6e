import { DAY, FIRST_MOMENT, LAST_MOMENT, moment, toDate, toTimestamp } from './calendar.ts'
import { at, createRandom, type Random } from './random.ts'
import { COMPANIES, fillPattern, personName, REGIONS, type Region } from './words.ts'

const CUSTOMERS = 2400
const OLD_CUSTOMERS = 800
/** How many of the business customers pay weeks after the due date. */
const SLOW_PAYERS = 14

export interface Customer {
  readonly row: {
    readonly id: number
    readonly first_name: string
    readonly last_name: string
    readonly email: string
    readonly phone: string | null
    readonly kind: 'person' | 'business'
    readonly company: string | null
    readonly newsletter: number
    readonly born_on: string | null
    readonly credit_limit: number | null
    readonly created_at: string
  }
  readonly createdAt: number
  readonly language: string
  /** The first is the default. */
  readonly addresses: readonly Address[]
  /** 1 to 20: how often they order. */
  readonly loyalty: number
  readonly isSlowPayer: boolean
}

type Address = {
  readonly id: number
  readonly customer_id: number
  readonly street: string
  readonly city: string
  readonly postal_code: string
  readonly country: string
  readonly is_default: number
}

/** In the order they registered. */
export function makeCustomers(): readonly Customer[] {
  const random = createRandom('customers')
  const created = Array.from({ length: CUSTOMERS }, (_, index) => makeCreatedAt(random, index)).sort(
    (a, b) => a - b,
  )
  const companies = random.sample(COMPANIES, COMPANIES.length)
  let addresses = 0
  let businesses = 0
  return created.map((createdAt, index) => {
    const id = index + 1
    const region = random.weighted(REGIONS, (candidate) => candidate.weight)
    const isBusiness = random.chance(12)
    const company = isBusiness ? at(companies, businesses++) : null
    const places = Array.from({ length: random.chance(isBusiness ? 60 : 25) ? 2 : 1 }, (_, place) =>
      makeAddress(random, region, { id: ++addresses, customer_id: id, is_default: place === 0 ? 1 : 0 }),
    )
    return {
      row: makeRow({ random, region, id, createdAt, company }),
      createdAt,
      language: region.language,
      addresses: places,
      loyalty: isBusiness
        ? random.int(8, 20)
        : random.weighted([1, 2, 3, 5, 9, 16], (loyalty) => 20 - loyalty),
      isSlowPayer: isBusiness && businesses % 3 === 0 && businesses <= SLOW_PAYERS * 3,
    }
  })
}

/** A third registered before the books begin. */
function makeCreatedAt(random: Random, index: number): number {
  const opened = moment('2021-03-01')
  if (index < OLD_CUSTOMERS) return random.int(opened, FIRST_MOMENT)
  return random.int(FIRST_MOMENT, LAST_MOMENT - 5 * DAY)
}

interface NewCustomer {
  readonly random: Random
  readonly region: Region
  readonly id: number
  readonly createdAt: number
  readonly company: string | null
}

function makeRow({ random, region, id, createdAt, company }: NewCustomer): Customer['row'] {
  const isBusiness = company !== null
  const name = personName(random, region)
  return {
    id,
    first_name: name.first,
    last_name: name.last,
    email: `${name.mailbox}${id}@example.com`,
    phone: random.chance(78) ? `${region.dialCode} 555 ${fillPattern(random, '### ####')}` : null,
    kind: isBusiness ? 'business' : 'person',
    company,
    newsletter: random.chance(41) ? 1 : 0,
    born_on:
      !isBusiness && random.chance(70) ? toDate(moment('1946-01-01') + random.int(0, 22_500) * DAY) : null,
    credit_limit: isBusiness && random.chance(80) ? random.int(2, 40) * 500 : null,
    created_at: toTimestamp(createdAt),
  }
}

function makeAddress(
  random: Random,
  region: Region,
  key: Pick<Address, 'id' | 'customer_id' | 'is_default'>,
): Address {
  const number = String(random.int(1, 180))
  return {
    id: key.id,
    customer_id: key.customer_id,
    street: region.streetPattern.replace('#', number).replace('*', random.pick(region.streets)),
    city: random.pick(region.cities),
    postal_code: fillPattern(random, region.postalCode),
    country: region.country,
    is_default: key.is_default,
  }
}
