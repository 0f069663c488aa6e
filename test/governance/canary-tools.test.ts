import { openHouse } from '../helpers/house.ts'
import { toolsAreSilent } from './canary-every-tool.ts'

toolsAreSilent(openHouse)
