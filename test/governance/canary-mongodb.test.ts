import { describeMongodb } from '../adapters/mongodb/people.ts'
import { openShopOnMongodb } from '../adapters/mongodb/shop-house.ts'
import { doorsAreSilent } from './canary-every-door.ts'
import { toolsAreSilent } from './canary-every-tool.ts'
import { readsAreSilent } from './canary-reads.ts'

await describeMongodb('the shop on mongodb', () => {
  readsAreSilent(openShopOnMongodb)
  toolsAreSilent(openShopOnMongodb)
  doorsAreSilent(openShopOnMongodb)
})
