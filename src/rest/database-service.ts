import type { Answer } from './answer.ts'
import { batchSteps } from './batch-steps.ts'
import { once } from './idempotent.ts'
import { imports } from './imports.ts'
import type { RestContext } from './rest-deps.ts'
import type { RestRequest } from './rest-request.ts'
import { routines } from './routines.ts'
import { serviceRoot } from './service-root.ts'
import { schemaListing, tableListing } from './table-listing.ts'
import { tableRecords } from './table-records.ts'
import { tableSchema } from './table-schema.ts'
import { unknownResource } from './unsupported.ts'

type Handler = (request: RestRequest, context: RestContext) => Promise<Answer>

const procedures = routines('procedure')
const functions = routines('function')

/** The resources of a database service (dreamfactory-rest §4.1). */
export function databaseService(request: RestRequest, context: RestContext): Promise<Answer> {
  const handler = handlerOf(request, context)
  return once(request, context, context.idempotency, (own) => handler(own, context))
}

function handlerOf({ path, service }: RestRequest, { capabilities }: RestContext): Handler {
  const [resource, name] = path
  switch (resource) {
    case undefined:
      return serviceRoot
    case '_table':
      return name === undefined ? tableListing : tableRecords
    case '_schema':
      return name === undefined ? schemaListing : tableSchema
    case '_batch':
      if (name === undefined && capabilities.has('transactions')) return batchSteps
      break
    case '_import':
      if (capabilities.has('transactions')) return imports
      break
    case '_proc':
      if (capabilities.has('procedures')) return procedures
      break
    case '_func':
      if (capabilities.has('functions')) return functions
      break
  }
  throw unknownResource({ path, service })
}
