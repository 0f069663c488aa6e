import { openHouse } from '../helpers/house.ts'
import { fieldRulesHold } from './field-rules.ts'

fieldRulesHold(openHouse)
