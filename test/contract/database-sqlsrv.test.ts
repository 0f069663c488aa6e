import { describeFamily } from './describe-family.ts'

await describeFamily('sqlsrv')
