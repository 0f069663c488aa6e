import { describe, expect, test } from 'vitest'
import { type OptionName, text } from '../../src/rest/options.ts'
import { codesIn, read, rowsUnder } from './page.ts'

const parameters = rowsUnder(read('docs/rest.md'), 'parameter', 'or', 'in a body')

/** Every option there is: what is missing here or made up does not compile. */
const OPTIONS = {
  allow_related_delete: true,
  as_list: true,
  confirmation: true,
  continue: true,
  count_only: true,
  cursor: true,
  distinct: true,
  dry_run: true,
  fields: true,
  filter: true,
  force: true,
  group: true,
  having: true,
  id_field: true,
  ids: true,
  include_count: true,
  include_schema: true,
  limit: true,
  offset: true,
  order: true,
  params: true,
  refresh: true,
  related: true,
  rollback: true,
} as const satisfies Record<OptionName, true>

describe('the parameters of docs/rest.md', () => {
  test('are those there are', () => {
    expect(parameters.flatMap(([name = '']) => codesIn(name)).toSorted()).toEqual(
      Object.keys(OPTIONS).toSorted(),
    )
  })

  const spelled = parameters.flatMap(([name = '', others = '', inBody]) =>
    codesIn(`${name} ${others}`).map((spelling) => ({
      name: optionNamed(codesIn(name)[0]),
      spelling,
      inBody,
    })),
  )

  test.each(spelled)('$spelling is $name in an address; in a body: $inBody', ({ name, spelling, inBody }) => {
    expect(text({ query: { [spelling]: 'x' }, body: undefined }, name)).toBe('x')
    expect(text({ query: {}, body: { [spelling]: 'x' } }, name) === 'x' ? 'yes' : 'no').toBe(inBody)
  })
})

function optionNamed(word: string | undefined): OptionName {
  const name = Object.keys(OPTIONS).find((known): known is OptionName => known === word)
  if (name === undefined) throw new Error(`not an option: ${word}`)
  return name
}
