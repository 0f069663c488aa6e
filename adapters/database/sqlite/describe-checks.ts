/** The named check constraints in the text of a CREATE TABLE: SQLite tells no more of a failed one than its name. */
export function checksOf(
  sql: string,
  fields: readonly string[],
): { name: string; fields: readonly string[] }[] {
  return [...sql.matchAll(NAMED_CHECK)].map((match) => {
    const name = (match[1] ?? match[2] ?? match[3] ?? match[4] ?? '').replaceAll('""', '"')
    return { name, fields: fieldsMentioned(balanced(sql, (match.index ?? 0) + match[0].length), fields) }
  })
}

/** The fields whose names stand in an expression, outside of its texts. */
export function fieldsMentioned(expression: string, fields: readonly string[]): string[] {
  const code = expression.replaceAll(/'(?:[^']|'')*'/g, "''")
  const quoted = [...code.matchAll(/"((?:[^"]|"")*)"/g)].map(([, name = '']) => name.replaceAll('""', '"'))
  const bare = code.match(/[\p{L}\p{N}_$]+/gu) ?? []
  const names = new Set([...quoted, ...bare].map((name) => name.toLowerCase()))
  return fields.filter((field) => names.has(field.toLowerCase()))
}

/** `CONSTRAINT name CHECK (`, the name bare or in one of SQLite's four kinds of quotes. */
const NAMED_CHECK =
  /\bconstraint\s+(?:"((?:[^"]|"")+)"|`([^`]+)`|\[([^\]]+)\]|([\p{L}\p{N}_$]+))\s+check\s*\(/giu

/** From just inside an opening parenthesis to its closing one. */
function balanced(sql: string, start: number): string {
  let depth = 1
  let quote = ''
  for (let at = start; at < sql.length; at++) {
    const character = sql[at] ?? ''
    if (quote !== '') {
      if (character === quote) quote = ''
    } else if (character === "'" || character === '"') quote = character
    else if (character === '(') depth++
    else if (character === ')' && --depth === 0) return sql.slice(start, at)
  }
  return sql.slice(start)
}
