import type { Row } from '../../../src/core/database/value.ts'
import { PART_BYTES } from '../sql/answer-size.ts'
import { ownStatement, type Statement } from '../sql/connection.ts'
import { rowsText } from './answer-text.ts'
import type { Parameter } from './bind-value.ts'
import { whole } from './whole-answer.ts'
import type { WireAnswer } from './wire-query.ts'

/** The rows of a select in parts of at most so many, read from a cursor inside the open transaction. */
export async function* cursorParts(
  { text, parameters }: Statement<Parameter>,
  partRows: number,
  run: (statement: Statement<Parameter>) => Promise<WireAnswer>,
): AsyncGenerator<readonly Row[]> {
  await run({
    text: {
      ...text,
      verb: 'other',
      sql: `declare part no scroll cursor for ${rowsText(text)}`,
      columns: [],
    },
    parameters,
  })
  for (let wanted = FIRST_PART_ROWS; ; ) {
    const { rows } = await run(ownStatement(`fetch ${wanted} from part`))
    if (rows.length > 0) yield rows.map(([row]) => JSON.parse(whole(row)))
    if (rows.length < wanted) break
    const size = rows.reduce((sum, [row]) => sum + (row?.length ?? 0), 1)
    wanted = Math.ceil(Math.min(partRows, wanted * MORE_ROWS, (rows.length / size) * PART_BYTES))
  }
  await run(CLOSE)
}

/** How long the rows are is seen by the first few. */
const FIRST_PART_ROWS = 50
/** How many times as many the next part may have. */
const MORE_ROWS = 20

const CLOSE = ownStatement<Parameter>('close part')
