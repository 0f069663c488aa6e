import { describeServers } from '../helpers/server-house.ts'
import { openShopHouse } from '../helpers/shop-house.ts'
import { fieldRulesHold } from './field-rules.ts'

await describeServers('rules with fields', (type) => fieldRulesHold((roles) => openShopHouse(type, roles)))
