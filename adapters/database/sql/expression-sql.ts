import { sql } from 'kysely'
import type { Expression, FunctionName } from '../../../src/core/database/expression.ts'
import type { Fragment } from './dialect.ts'

/** How an engine writes what fields are computed with. */
export interface ExpressionWords {
  /** A text as SQL in which it can be nothing but that text. */
  text(text: string): string
  /** A value that is bound, where the engine would not know its type. `dbType` is the catalogue's own word for it. */
  typed?(value: Fragment, dbType: string): Fragment
  /** Functions that are not called by their names; arguments are written already. */
  readonly functions: Readonly<Partial<Record<FunctionName, (list: readonly Fragment[]) => Fragment>>>
}

interface Names {
  column(name: string): Fragment
  /** What `{value}` stands for. */
  readonly value: Fragment
}

/** SQL of an expression: functions from the list, columns quoted, literals by the engine's rules. */
export function expressionSql(expression: Expression, names: Names, words: ExpressionWords): Fragment {
  switch (expression.kind) {
    case 'column':
      return names.column(expression.column)
    case 'value':
      return names.value
    case 'text':
      return sql.raw(words.text(expression.text))
    case 'number':
      return sql.raw(expression.digits)
    case 'null':
      return sql.raw('null')
    case 'joined':
      return sql.id(expression.join, expression.column)
    case 'calculation': {
      const left = expressionSql(expression.left, names, words)
      const right = expressionSql(expression.right, names, words)
      return sql`(${left} ${sql.raw(expression.op)} ${right})`
    }
    case 'call': {
      const list = expression.arguments.map((argument) => expressionSql(argument, names, words))
      const own = words.functions[expression.function]
      return own ? own(list) : sql`${sql.raw(expression.function.toLowerCase())}(${sql.join(list)})`
    }
  }
}
