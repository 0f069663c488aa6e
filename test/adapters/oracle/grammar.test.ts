import { afterAll, describe, expect, test } from 'vitest'
import type { CatalogueForm, Forms } from '../../../adapters/database/oracle/catalogue-statements.ts'
import * as catalogue from '../../../adapters/database/oracle/catalogue-statements.ts'
import { CONSTRAINT_FIELDS, INDEX_FIELDS } from '../../../adapters/database/oracle/clash.ts'
import * as keys from '../../../adapters/database/oracle/dropped-indexes.ts'
import { catalogueText, DEFAULT_OWNER, ownersOf } from '../../../adapters/database/oracle/read-own.ts'
import { argumentForms, routineForms } from '../../../adapters/database/oracle/routines.ts'
import { serverFacts } from '../../../adapters/database/oracle/server-facts.ts'
import { POINT } from '../../../adapters/database/oracle/session.ts'
import { COLUMNS, COLUMNS_FROM } from '../../../adapters/database/oracle/table-place.ts'
import { isGrammarRequired, openGrammar } from '../../grammar/grammar.ts'
import { plsqlProblems } from '../../grammar/plsql.ts'
import { SCHEMA_STATEMENTS } from './schema-statements.ts'
import { SESSION_STATEMENTS } from './session-statements.ts'
import { NUMBERED_STATEMENTS, RECORD_STATEMENTS } from './statements.ts'

const grammar = await openGrammar()
const why = typeof grammar === 'string' ? grammar : undefined

const facts = ['11.2.0.4', '12.1.0.2', '23.4.0.24'].map(serverFacts)

const scopes = ['', 'hr'].flatMap((schema) =>
  facts.flatMap((server) => ownersOf({ schema, server, numbersOnly: false }, 'APP')),
)

const textOf = <K extends string>({ columns, from, order = '' }: CatalogueForm<K>, condition = '') =>
  catalogueText(columns, `${from}${condition} ${order}`.trimEnd())

const CATALOGUE = [
  ...DEFAULT_OWNER.map((columns) => catalogueText(columns, 'from dual')),
  CONSTRAINT_FIELDS,
  INDEX_FIELDS,
  catalogueText(keys.CONSTRAINTS, keys.CONSTRAINTS_FROM),
  catalogueText(keys.INDEXES, keys.INDEXES_FROM),
  ...COLUMNS_FROM.map((from) => catalogueText(COLUMNS, from)),
  POINT,
  ...scopes.flatMap(({ among }) => {
    const of = <K extends string>(forms: Forms<K>) =>
      forms.map((form) => textOf(form, ` and ${among(form.owner ?? 'owner')}`))
    return [
      ...of(catalogue.tableForms),
      ...of(catalogue.viewForms),
      ...facts.flatMap((server) => [
        ...of(catalogue.columnForms(server)),
        ...of(catalogue.constraintForms(server)),
      ]),
      ...of(catalogue.keyFieldForms),
      ...of(catalogue.indexForms),
      ...of(catalogue.tableCommentForms),
      ...of(catalogue.columnCommentForms),
      ...of(routineForms),
      ...of(argumentForms),
    ]
  }),
]

/** What neither grammar knows: SQL Language Reference 21c, "JSON_SERIALIZE". */
const withoutJson = (text: string) =>
  text.replaceAll(/json_serialize\(("[^"]+"(?:\."[^"]+")?) returning clob\)/g, '$1')
/** SQL Language Reference, "ALTER SESSION": the grammar knows words as values of parameters, and no texts. */
const withoutTexts = (text: string) =>
  text.startsWith('alter session set')
    ? text.replaceAll(/ ?(\w+) = '[^']*'/g, (_, name) => ` ${name} = X`).replace(/(= X) .*/, '$1')
    : text
/** The other grammar knows it in a table of its own, below. */
const withoutInterval = (text: string) => text.replaceAll('INTERVAL DAY(0) TO SECOND(6)', 'TIMESTAMP(6)')
/** The other grammar knows the places that a write fills. */
const withoutPlaces = (text: string) => text.replace(/ into :o1(, :o\d+)*$/, '')

describe.skipIf(why !== undefined && !isGrammarRequired)(
  `statements by a public grammar (${why ?? 'sqlglot'})`,
  () => {
    afterAll(() => opened().close())

    test.each([
      ['of records', RECORD_STATEMENTS],
      ['of records, without FETCH FIRST', NUMBERED_STATEMENTS],
      ['of the catalogue', CATALOGUE],
      ['of schema changes', SCHEMA_STATEMENTS],
    ])('%s', async (_what, texts) => {
      expect(texts.length).toBeGreaterThan(5)
      const refused: unknown[] = []
      for (const text of new Set(texts)) {
        const { problems, kinds } = await opened().parse(
          'oracle',
          withoutPlaces(withoutInterval(withoutJson(text))),
        )
        const isKnown = problems.length === 0 && kinds.length === 1
        if (!isKnown && plsqlProblems(text).length > 0) refused.push({ text, problems })
      }
      expect(refused).toEqual([])
    })
  },
)

describe('blocks and sessions by the grammar of PL/SQL', () => {
  test.each(SESSION_STATEMENTS)('%s', (text) => {
    expect(plsqlProblems(withoutTexts(text))).toEqual([])
  })

  test('the places that a write fills', () => {
    expect(
      plsqlProblems('insert into "T" ("A") values (:1) returning "ID", to_char("B") into :o1, :o2'),
    ).toEqual([])
  })

  test.each(['begin "P"("A" => :1; end;', 'begin :1 = "F"; end;', 'alter session disable commit'])(
    'not %s',
    (text) => {
      expect(plsqlProblems(text)).not.toEqual([])
    },
  )
})

function opened() {
  if (typeof grammar === 'string') throw new Error(grammar)
  return grammar
}
