import { sql } from 'kysely'
import type { ExpressionWords } from '../sql/expression-sql.ts'

export const mysqlExpressions: ExpressionWords = {
  // As its bytes: whatever the modes of the server, nothing in it is anything but text.
  text: (text) => (text === '' ? "''" : `_utf8mb4 x'${Buffer.from(text, 'utf8').toString('hex')}'`),
  functions: {
    CONCAT: (list) => sql`concat(${sql.join(list.map((part) => sql`coalesce(${part}, '')`))})`,
    LENGTH: (list) => sql`char_length(${sql.join(list)})`,
    ISOWEEK: (list) => sql`yearweek(${sql.join(list)}, 3)`,
  },
}
