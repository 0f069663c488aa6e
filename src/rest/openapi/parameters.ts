import type { OptionName } from '../options.ts'
import type { JsonSchema } from './json-schema.ts'

/** Options that change the form of the answer, or that only administrators have: told in the manual. `related` is told by table. */
type Untold = 'as_list' | 'count_only' | 'force' | 'params' | 'related'
type Told = Exclude<OptionName, Untold>

/** Every other option of record requests: one that joins `OPTIONS` has to be described here. */
const OPTIONS_TOLD: Readonly<Record<Told, readonly [type: string, description: string]>> = {
  fields: ['string', 'Names of fields, separated by commas; all by default, for writes the key.'],
  ids: ['string', 'Keys of records, separated by commas.'],
  id_field: ['string', 'The field that finds records, in place of the primary key.'],
  filter: ['string', "Which records: conditions such as total >= 10 and status = 'paid'."],
  limit: ['integer', 'Most records of the answer.'],
  offset: ['integer', 'Records to pass over.'],
  cursor: ['string', 'Empty for the first page, then meta.next_cursor of the page before.'],
  order: ['string', 'Such as total desc, id.'],
  group: ['string', 'Fields to group by; fields may then have COUNT(*), SUM(field) and the like.'],
  having: ['string', 'With group: a filter over the groups, such as COUNT_ALL > 1.'],
  distinct: ['boolean', 'Each combination of the fields once.'],
  include_count: ['boolean', 'meta.count tells how many records the filter has.'],
  include_schema: ['boolean', 'meta.schema describes the table.'],
  continue: ['boolean', 'Each record by itself: what goes well stays.'],
  rollback: ['boolean', 'Undo all when one fails, which is the default.'],
  dry_run: ['boolean', 'Tell what would be written, and write nothing.'],
  confirmation: ['string', 'The code of an answer that asked for a confirmation, or of a dry run.'],
  allow_related_delete: ['boolean', 'A related record that is let go and cannot be alone is deleted.'],
  refresh: ['boolean', 'Read the schema of the database again first.'],
}

/** For `#/components/parameters`. */
export const PARAMETERS: Readonly<Record<string, JsonSchema>> = Object.fromEntries(
  Object.entries(OPTIONS_TOLD).map(([name, [type, description]]) => [
    name,
    { name, in: 'query', description, schema: { type } },
  ]),
)

export function queryParameters(...names: readonly Told[]): JsonSchema[] {
  return names.map((name) => ({ $ref: `#/components/parameters/${name}` }))
}
