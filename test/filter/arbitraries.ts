import fc from 'fast-check'
import type { FilterExpression, FilterValue } from '../../src/core/filter.ts'

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom("'", '"', '`', ']', '\\', '{', '}', '(', ')', ',', ':', '=', ' ', 'a', 'é'),
    maxLength: 8,
  }),
  fc.constantFrom(
    '',
    'and',
    'or',
    'not',
    'null',
    '5',
    "O'Neil",
    "'",
    'a) or (b=1',
    '{user.id}',
    ':x',
    'in',
    'like',
    'a.b',
  ),
)

const fieldName = anyText.filter((name) => name !== '').map((name) => ({ name }))
const text = anyText.map((value) => ({ kind: 'text', value }) as const)
const param = fc.constantFrom('x', 'a_b', '1', 'Ünï').map((name) => ({ kind: 'param', name }) as const)
const lookup = fc
  .constantFrom('user.id', 'app.id', 'strtoupper(user.email)')
  .map((name) => ({ kind: 'lookup', name }) as const)
const number = fc
  .oneof(
    fc.integer().map(String),
    fc.constantFrom('007', '-0.10', '1e400', '.5', '+5', '12345678901234567890.5'),
  )
  .map((value) => ({ kind: 'number', value }) as const)

const anyValue: fc.Arbitrary<FilterValue> = fc.oneof(
  text,
  number,
  fc.boolean().map((value) => ({ kind: 'boolean', value }) as const),
  fc.constant({ kind: 'null' } as const),
  param,
  lookup,
)

const comparison: fc.Arbitrary<FilterExpression> = fc.oneof(
  fc.record({ op: fc.constantFrom('=', '!=', '<', '<=', '>', '>='), field: fieldName, value: anyValue }),
  fc.record({
    op: fc.constantFrom('like', 'contains', 'starts_with', 'ends_with'),
    field: fieldName,
    value: fc.oneof(text, param, lookup),
  }),
  fc.record({
    op: fc.constant('in'),
    field: fieldName,
    values: fc.array(anyValue, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ op: fc.constant('between'), field: fieldName, low: anyValue, high: anyValue }),
  fc.record({ op: fc.constant('is_null'), field: fieldName }),
)

/** Every expression the parser can make, to a small depth. */
export const anyExpression: fc.Arbitrary<FilterExpression> = expression(3)

function expression(depth: number): fc.Arbitrary<FilterExpression> {
  if (depth === 0) return comparison
  const member = expression(depth - 1)
  const group = (op: 'and' | 'or') =>
    fc
      .array(
        member.filter((inner) => inner.op !== op),
        { minLength: 2, maxLength: 3 },
      )
      .map((all) => ({ op, all }) as const)
  const not = member.map((filter) => ({ op: 'not', filter }) as const)
  const inside = comparison.map((filter) => ({ op: 'not', filter, inside: true }) as const)
  return fc.oneof(comparison, group('and'), group('or'), not, inside)
}

const PIECES = [
  ...[
    'a',
    'b c',
    'not',
    'and',
    'or',
    'nor',
    '&&',
    '||',
    '(',
    ')',
    ',',
    '=',
    '!=',
    '<',
    '>=',
    'like',
    'in',
    'between',
  ],
  ...[
    'contains',
    'starts with',
    'is null',
    'is not null',
    "'x'",
    '"y"',
    "'",
    '"',
    '`',
    '[',
    ']',
    "'it''s'",
    "O'Neil",
  ],
  ...[
    '5',
    '-1.5',
    'null',
    'true',
    ':p',
    '{user.id}',
    '{',
    '}',
    '\\',
    '%',
    'New York',
    '2024-01-01',
    'é',
    '\u00a0',
    '~',
  ],
]

const noise = fc.oneof(
  { weight: 20, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: fc.constantFrom(...PIECES) },
)
const operand = fc.oneof(
  fc.constantFrom(...PIECES),
  fc.constantFrom('5', "'x'", 'x y', ':p', '(5)', '{user.id}'),
)
const clause = fc
  .tuple(
    fc.constantFrom('', '(', 'not ', 'not('),
    fc.constantFrom('a', 'b c', '"d e"', '[f]', 'in'),
    fc.oneof(
      fc.tuple(fc.constantFrom('=', ' != ', '>', ' like ', ' not contains ', ' starts with '), operand),
      fc.tuple(
        fc.constantFrom(' in (', ' not in('),
        operand,
        fc.constantFrom('', ',5', ', x y'),
        fc.constant(')'),
      ),
      fc.tuple(fc.constant(' between '), operand, fc.constantFrom(' and ', 'and', '&&'), operand),
      fc.constantFrom([' is null'], [' is not null']),
    ),
    noise,
  )
  .map(
    ([open, name, rest, extra]) => `${open}${name}${rest.join('')}${extra}${open.includes('(') ? ')' : ''}`,
  )

/** Text in and near the language: half of it malformed. */
export const anyFilterText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.constantFrom(...PIECES, ' ', ' '), { maxLength: 16 }).map((pieces) => pieces.join(' ')),
  fc
    .array(fc.tuple(clause, fc.constantFrom(' and ', ' or ', '||', ')and(')), { minLength: 1, maxLength: 4 })
    .map((clauses) => `(${clauses.flat().slice(0, -1).join('')})`),
)

/** The same expression, as if it had not come from text. */
export function withoutPositions(expression: FilterExpression | undefined): unknown {
  return expression === undefined
    ? undefined
    : JSON.parse(
        JSON.stringify(expression, (key, value: unknown) => (key === 'position' ? undefined : value)),
      )
}
