import { runSteps } from '../../operations/database/steps/run-steps.ts'
import { STEP_OPERATIONS } from '../../operations/database/steps/step-input.ts'
import { describeCall, type Paths } from './describe-call.ts'
import { type JsonSchema, listOf, objectOf, oneOfWords, TEXT, wrapped } from './json-schema.ts'
import type { PathContext } from './table-paths.ts'

const RECORD: JsonSchema = { type: 'object' }
const REFERENCE = '{"$ref":"order.id"} in it stands for what an earlier step answered.'

const STEP: JsonSchema = objectOf(
  {
    name: { ...TEXT, description: 'For references of later steps.' },
    operation: oneOfWords(STEP_OPERATIONS),
    table: TEXT,
    id: { description: `The key of one record. ${REFERENCE}` },
    ids: listOf({ description: `A key. ${REFERENCE}` }),
    record: { ...RECORD, description: `One record. ${REFERENCE}` },
    records: listOf(RECORD),
    filter: TEXT,
    params: { ...RECORD, description: `Values of :name in the filter. ${REFERENCE}` },
    fields: listOf(TEXT),
    related: listOf(TEXT),
    order: TEXT,
    limit: { type: 'integer' },
    offset: { type: 'integer' },
    allow_related_delete: { type: 'boolean' },
    confirmation: { ...TEXT, description: 'The code of a dry run of this step alone.' },
  },
  ['operation', 'table'],
)

const TRIED: JsonSchema = { type: 'boolean', description: 'Tell what would be done, and do nothing.' }

/** `_batch`, for callers who may use some table of a service that can keep several writes together. */
export function stepsPath({ names, prefix, service, tag, capabilities }: PathContext): Paths {
  if (!runSteps.needs.every((capability) => capabilities.has(capability))) return {}
  return {
    [`${prefix}/_batch`]: {
      post: describeCall({
        id: names.operation('run', service, 'Steps'),
        tag,
        summary: 'Several operations on records, all of them or nothing',
        body: objectOf({ steps: listOf(STEP), dry_run: TRIED, confirmation: TEXT }, ['steps']),
        answer: wrapped(
          objectOf(
            {
              name: TEXT,
              operation: oneOfWords(STEP_OPERATIONS),
              rows: listOf(RECORD),
              affected: { type: 'integer' },
            },
            ['operation', 'rows'],
          ),
        ),
      }),
    },
  }
}
