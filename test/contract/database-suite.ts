import { beforeEach, describe } from 'vitest'
import type { Capability } from '../../src/core/database/capability.ts'
import type { Engine } from './scene.ts'
import { aggregateRequests } from './topics/aggregate-requests.ts'
import { aggregates } from './topics/aggregates.ts'
import { agreement } from './topics/agreement.ts'
import { cancellation } from './topics/cancellation.ts'
import { computedFields } from './topics/computed-fields.ts'
import { concurrency } from './topics/concurrency.ts'
import { constraints } from './topics/constraints.ts'
import { dateBuckets } from './topics/date-buckets.ts'
import { fieldRules } from './topics/field-rules.ts'
import { filtering } from './topics/filtering.ts'
import { groups } from './topics/groups.ts'
import { lifecycle } from './topics/lifecycle.ts'
import { names } from './topics/names.ts'
import { nestedWrites } from './topics/nested-writes.ts'
import { ordering } from './topics/ordering.ts'
import { partitions } from './topics/partitions.ts'
import { places } from './topics/places.ts'
import { reading } from './topics/reading.ts'
import { recordWrites } from './topics/record-writes.ts'
import { relatedFilters } from './topics/related-filters.ts'
import { relatedTexts } from './topics/related-texts.ts'
import { renames } from './topics/renames.ts'
import { requiredValues } from './topics/required-values.ts'
import { routines } from './topics/routines.ts'
import { schema } from './topics/schema.ts'
import { schemaChanges } from './topics/schema-changes.ts'
import { steps } from './topics/steps.ts'
import { streams } from './topics/streams.ts'
import { textMatching } from './topics/text-matching.ts'
import { transactions } from './topics/transactions.ts'
import { types } from './topics/types.ts'
import { upserts } from './topics/upserts.ts'
import { versions } from './topics/versions.ts'
import { writing } from './topics/writing.ts'

/** Registers the tests of a topic; each topic has a database of its own. */
type Topic = (engine: Engine) => void

/** Every topic, and what an engine must be able to do for it. */
const TOPICS: readonly { name: string; topic: Topic; needs: readonly Capability[] }[] = [
  { name: 'reading', topic: reading, needs: ['records.read'] },
  { name: 'filtering', topic: filtering, needs: ['records.read'] },
  { name: 'filters by other tables', topic: relatedFilters, needs: ['records.read', 'relations'] },
  { name: 'related records as text', topic: relatedTexts, needs: ['records.write', 'relations'] },
  { name: 'text matching', topic: textMatching, needs: ['records.read'] },
  { name: 'order and paging', topic: ordering, needs: ['records.read'] },
  { name: 'places in an order', topic: places, needs: ['records.write'] },
  { name: 'first rows of each group', topic: partitions, needs: ['partitions'] },
  { name: 'aggregates', topic: aggregates, needs: ['aggregate'] },
  {
    name: 'aggregates as they are asked for',
    topic: aggregateRequests,
    needs: ['aggregate', 'joins', 'relations'],
  },
  { name: 'parts of dates', topic: dateBuckets, needs: ['aggregate'] },
  { name: 'groups and distinct', topic: groups, needs: ['aggregate'] },
  { name: 'writing', topic: writing, needs: ['records.write'] },
  {
    name: 'writes of records',
    topic: recordWrites,
    needs: ['records.write', 'transactions', 'relations'],
  },
  {
    name: 'nested writes',
    topic: nestedWrites,
    needs: ['records.write', 'transactions', 'relations'],
  },
  {
    name: 'several steps, and unchanged records',
    topic: steps,
    needs: ['records.write', 'transactions', 'relations'],
  },
  {
    name: 'versions of records',
    topic: versions,
    needs: ['records.write', 'schema.write'],
  },
  {
    name: 'rules that show some fields',
    topic: fieldRules,
    needs: ['records.write', 'transactions', 'relations', 'joins'],
  },
  { name: 'values that must be there', topic: requiredValues, needs: ['records.write'] },
  { name: 'upserts', topic: upserts, needs: ['records.upsert'] },
  { name: 'types', topic: types, needs: ['records.write'] },
  { name: 'streams', topic: streams, needs: ['stream', 'records.write'] },
  { name: 'names and injection', topic: names, needs: ['records.write'] },
  { name: 'constraints', topic: constraints, needs: ['records.write', 'relations'] },
  { name: 'transactions', topic: transactions, needs: ['transactions'] },
  { name: 'schema', topic: schema, needs: ['schema.read', 'schema.write'] },
  { name: 'computed fields', topic: computedFields, needs: ['schema.write', 'records.upsert'] },
  { name: 'schema changes', topic: schemaChanges, needs: ['schema.write', 'records.write'] },
  {
    name: 'renames',
    topic: renames,
    needs: ['schema.rename', 'records.write', 'transactions', 'relations'],
  },
  { name: 'procedures and functions', topic: routines, needs: ['procedures', 'functions'] },
  { name: 'cancellation', topic: cancellation, needs: ['records.write', 'transactions'] },
  { name: 'concurrency', topic: concurrency, needs: ['records.write'] },
  {
    name: 'agreement with the reference engine',
    topic: agreement,
    needs: ['records.write', 'aggregate'],
  },
  { name: 'lifecycle', topic: lifecycle, needs: [] },
]

/**
 * The behaviour of the port, as tests: what one engine does, every engine does. A topic is left out when the engine has
 * not the capability for it.
 */
export function describeDatabaseAdapter(engine: Engine): void {
  describe(engine.name, async () => {
    const capabilities = await capabilitiesOf(engine)
    const gaps = (await engine.gaps?.()) ?? []
    beforeEach(({ task, skip }) => {
      const name = task.fullTestName?.split(' > ').slice(1).join(' > ') ?? task.name
      const gap = gaps.find(({ test }) => name.startsWith(test))
      if (gap) skip(gap.why)
    })
    for (const { name, topic, needs } of TOPICS) {
      if (needs.every((need) => capabilities.has(need))) describe(name, () => topic(engine))
    }
  })
}

async function capabilitiesOf(engine: Engine): Promise<ReadonlySet<Capability>> {
  const { adapter, stop } = await engine.start()
  await stop()
  return adapter.capabilities
}
