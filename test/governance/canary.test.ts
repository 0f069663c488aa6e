import { openHouse } from '../helpers/house.ts'
import { readsAreSilent } from './canary-reads.ts'

readsAreSilent(openHouse)
