import { openHouse } from '../helpers/house.ts'
import { doorsAreSilent } from './canary-every-door.ts'

doorsAreSilent(openHouse)
