import type { DatabaseAdapter, Rename } from '../core/database/adapter.ts'
import { buildRoutines } from '../core/database/build-routines.ts'
import { buildSchema } from '../core/database/build-schema.ts'
import type { ServiceExtras } from '../core/database/extras.ts'
import type { RoutineKind, Routines } from '../core/database/query.ts'
import type { DatabaseSchema, TableDefinition } from '../core/database/schema.ts'
import { findByName } from '../core/names.ts'
import type {
  DatabaseService,
  DatabaseSettings,
  ExtrasChange,
  ExtrasOptions,
  RenameEffects,
  ServiceInfo,
} from '../core/service.ts'
import { type CachedLoad, cachedLoad } from './cached-load.ts'
import { noticingNewFields } from './new-fields.ts'

/** What is kept of the tables of services beside their databases. */
export interface ExtrasStore {
  /** As it is now: the same version, the same extras. */
  of(serviceId: number): ServiceExtras
  change(serviceId: number, change: ExtrasChange, options?: ExtrasOptions): Promise<void>
  renameEffects(serviceId: number, rename: Rename): RenameEffects
  /** The name of a service; undefined when there is none. */
  serviceName(id: number): string | undefined
  /** Changes with the names of services. */
  namesVersion(): string
}

interface RunningOptions {
  readonly info: ServiceInfo
  readonly settings: DatabaseSettings
  readonly adapter: DatabaseAdapter
  readonly extras: ExtrasStore
  /** Of results that are kept. */
  readonly forgetReads?: () => Promise<void>
  /** The schema is not what it was. */
  readonly onNewSchema?: (() => void) | undefined
}

/** An open service with its cached schema and routines. */
export function runningService({
  info,
  settings,
  adapter,
  extras,
  forgetReads = async () => {},
  onNewSchema = () => {},
}: RunningOptions): DatabaseService {
  const definitions = cachedLoad((signal) => adapter.readSchema({ signal }))
  const schemaOf = schemaBuilder(info, extras)
  let last: DatabaseSchema | undefined
  let seen = extras.of(info.id).catalogue
  const routinesOf = (kind: RoutineKind): CachedLoad<Routines> =>
    cachedLoad((signal) => adapter.listRoutines(kind, { signal }).then(buildRoutines))
  const routines = { procedure: routinesOf('procedure'), function: routinesOf('function') }
  return {
    info,
    settings,
    adapter: noticingNewFields(adapter, () => definitions.forget()),
    async forget() {
      for (const list of [definitions, ...Object.values(routines)]) list.forget()
      await forgetReads()
    },
    changeExtras: (change, options) => extras.change(info.id, change, options),
    renameEffects: (rename) => extras.renameEffects(info.id, rename),
    async schema(options) {
      const { catalogue } = extras.of(info.id)
      if (catalogue !== seen) {
        seen = catalogue
        definitions.forget()
      }
      if (options.refresh) {
        for (const list of Object.values(routines)) list.forget()
        await forgetReads()
      }
      const schema = schemaOf(await definitions.get(options))
      const isNew = last !== undefined && last.version !== schema.version
      last = schema
      if (isNew) onNewSchema()
      return schema
    },
    schemaNow() {
      const known = extras.of(info.id).catalogue === seen ? definitions.now() : undefined
      return known && schemaOf(known) === last ? last : undefined
    },
    tableNamed(name) {
      const own = extras.of(info.id).tableByAlias.get(name.toLowerCase())
      return own === undefined || (last && findByName(last.tableByName, name)) ? name : own
    },
    routines: (kind, options) => routines[kind].get(options),
  }
}

/** The schema is made again when the catalogue was read again, or something else is kept beside it: else it is the same object. */
function schemaBuilder(
  { id }: ServiceInfo,
  extras: ExtrasStore,
): (definitions: readonly TableDefinition[]) => DatabaseSchema {
  let made:
    | { readonly of: readonly TableDefinition[]; readonly version: string; readonly schema: DatabaseSchema }
    | undefined
  return (definitions) => {
    const kept = extras.of(id)
    const version = kept.version === '' ? '' : `${kept.version} ${extras.namesVersion()}`
    if (made?.of === definitions && made.version === version) return made.schema
    const { serviceName } = extras
    const schema = buildSchema(definitions, { extras: { ...kept, version }, serviceName })
    made = { of: definitions, version, schema }
    return schema
  }
}
