import { Binary, Decimal128, Long, MongoClient, ObjectId, UUID } from 'mongodb'
import { describe } from 'vitest'
import type { Row } from '../../../src/core/database/value.ts'
import { required } from '../../contract/required.ts'
import { ownDatabase, reachServer } from '../../contract/servers/test-server.ts'
import { type House, keyOf, openHouseOn } from '../../helpers/house.ts'

const VERBS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** A house whose service `shop` is a database with documents as applications write them: no validator, nested, of mixed types. */
export interface People {
  readonly house: House
  /** Past the program. */
  readonly client: MongoClient
  ask(role: Role, method: string, rest: string, body?: unknown): Promise<Answered>
  close(): Promise<void>
}

interface Answered {
  readonly status: number
  readonly text: string
  readonly body: Row & { readonly resource: readonly Row[] }
}

type Role = 'all' | 'london' | 'narrow' | 'clerk'

export const IDS = {
  ada: new ObjectId('65a000000000000000000001'),
  grace: new ObjectId('65a000000000000000000002'),
  edsger: new ObjectId('65a000000000000000000003'),
  shop: new ObjectId('65b000000000000000000001'),
}

export async function openPeople(server: MongodbServer = 'mongodb'): Promise<People> {
  const database = await ownDatabase(server)
  const client = new MongoClient(database.url)
  await fill(client, server)
  const house = await openHouseOn(
    { type: 'mongodb', config: { url: database.url } },
    {
      all: [{ component: '*', verbs: VERBS }],
      narrow: [
        { component: '_table/people/*', verbs: VERBS, fields: ['_id', 'name', 'address.city', 'orders.sku'] },
      ],
      clerk: [
        { component: '_table/people/*', verbs: ['GET'], fields: ['_id', 'name', 'address.city'] },
        { component: '_table/people/*', verbs: ['POST', 'PUT', 'PATCH'] },
      ],
      london: [
        {
          component: '_table/people/*',
          verbs: VERBS,
          filters: [{ name: 'address.city', operator: '=', value: 'London' }],
        },
      ],
    },
  )
  return {
    house,
    client,
    async ask(role, method, rest, body) {
      const {
        status,
        text,
        body: read,
      } = await house.rest(method, `/api/v2/shop/_table/${rest}`, {
        key: keyOf(role),
        body,
      })
      return { status, text, body: Object(read) }
    },
    async close() {
      await house.close()
      await client.close()
      await database.drop()
    },
  }
}

/** FerretDB ends the connection on a Decimal128, and stores no key that begins with $. */
async function fill(client: MongoClient, server: MongodbServer): Promise<void> {
  await client
    .db()
    .collection('people')
    .insertMany([
      {
        _id: IDS.ada,
        name: 'Ada',
        address: { city: 'London', zip: 'W1' },
        tags: ['math', 'poetry'],
        orders: [
          { sku: 'A-1', quantity: 2 },
          { sku: 'B-2', quantity: 5 },
        ],
        born: new Date('1815-12-10T00:00:00Z'),
        balance: server === 'mongodb' ? Decimal128.fromString('12345678901234567890.12') : 12.5,
        big: Long.fromString('9007199254740993'),
        token: new UUID('0190a6b2-7c1e-7d3a-9f00-0123456789ab'),
        photo: new Binary(Buffer.from([0, 255])),
        code: 7,
        shop_id: IDS.shop,
      },
      {
        _id: IDS.grace,
        name: 'Grace',
        address: { city: 'New York' },
        tags: [],
        code: '7',
        nickname: server === 'mongodb' ? { $gt: '' } : { gt: '' },
        shop_id: null,
      },
      { _id: IDS.edsger, name: 'Edsger', address: null, secret: '$name' },
    ])
  await client.db().collection('shops').insertOne({ _id: IDS.shop, title: 'Corner' })
}

/** Servers of the wire protocol that documents are tested on. */
export type MongodbServer = 'mongodb' | 'ferretdb'

/** The tests where the server can be reached, or must be. */
export async function describeMongodb(
  title: string,
  tests: () => void,
  server: MongodbServer = 'mongodb',
): Promise<void> {
  const reached = await reachServer(server)
  const isLeftOut = reached !== 'reachable' && !required.includes(server)
  describe.skipIf(isLeftOut)(`${title}${isLeftOut ? ` (${reached})` : ''}`, tests)
}
