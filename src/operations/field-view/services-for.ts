import type { DatabaseSchema } from '../../core/database/schema.ts'
import type { AccessPolicy } from '../../core/policy.ts'
import type { DatabaseService, Services } from '../../core/service.ts'
import { narrowSchema } from './narrow-schema.ts'
import { wholeQueries } from './whole-queries.ts'

/**
 * The services as they are for a caller: where rules show some fields of a table only, its other fields are nowhere, for whatever
 * operation asks. The same object for callers without such rules.
 */
export function servicesFor(policy: AccessPolicy, services: Services): Services {
  if (policy.limitsFields === false) return services
  return {
    ...services,
    async open(name, signal) {
      return serviceFor(policy, await services.open(name, signal))
    },
    opened(name) {
      const service = services.opened(name)
      return service && serviceFor(policy, service)
    },
  }
}

const made = new WeakMap<AccessPolicy, WeakMap<DatabaseService, DatabaseService>>()

function serviceFor(policy: AccessPolicy, service: DatabaseService): DatabaseService {
  const ofPolicy = made.get(policy) ?? new WeakMap<DatabaseService, DatabaseService>()
  made.set(policy, ofPolicy)
  const known = ofPolicy.get(service)
  if (known) return known
  const narrowed = narrowedService(policy, service)
  ofPolicy.set(service, narrowed)
  return narrowed
}

function narrowedService(policy: AccessPolicy, service: DatabaseService): DatabaseService {
  let last: { readonly of: DatabaseSchema; readonly schema: DatabaseSchema } | undefined
  const shown = (schema: DatabaseSchema): DatabaseSchema => {
    if (last?.of !== schema) last = { of: schema, schema: narrowSchema(schema, policy, service.info.name) }
    return last.schema
  }
  return {
    ...service,
    adapter: wholeQueries(service.adapter, () => last?.schema.tables ?? []),
    schema: async (options) => shown(await service.schema(options)),
    schemaNow() {
      const schema = service.schemaNow()
      return schema && shown(schema)
    },
  }
}
