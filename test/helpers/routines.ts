import { openMemory } from '../../adapters/database/memory/open.ts'
import type { DatabaseAdapter } from '../../src/core/database/adapter.ts'
import type { CallQuery, CallResult, Routine, RoutineParameter } from '../../src/core/database/query.ts'
import type { SimpleType } from '../../src/core/database/schema.ts'

/** A routine from words: `a integer`, `OUT total integer`, `b integer = 1`. */
export function routine(
  kind: Routine['kind'],
  name: string,
  parameters: readonly string[],
  returns?: { readonly type: SimpleType; readonly isSet?: boolean },
): Routine {
  return {
    name,
    key: `${kind} ${name}(${parameters.join(',')})`,
    kind,
    parameters: parameters.map(parameter),
    ...(returns ? { returns: { dbType: returns.type, isSet: false, ...returns } } : {}),
  }
}

function parameter(words: string, index: number): RoutineParameter {
  const [, mode = 'IN', name = '', type = '', value] =
    /^(?:(OUT|INOUT) )?(?:VARIADIC )?(\S+) (\S+)(?: = (.+))?$/.exec(words) ?? []
  return {
    name,
    position: index + 1,
    mode: mode as RoutineParameter['mode'], // what the pattern lets through
    type: type as SimpleType, // tests write real types
    dbType: type,
    ...(value === undefined ? {} : { default: value }),
    ...(words.startsWith('VARIADIC ') ? { isVariadic: true } : {}),
  }
}

interface RoutineEngine {
  readonly adapter: DatabaseAdapter
  /** Every call that reached the engine. */
  readonly calls: CallQuery[]
  /** How often its list of routines was read. */
  readonly reads: { procedure: number; function: number }
  /** What the database has; may be changed. */
  routines: readonly Routine[]
}

/** The memory engine with routines that a test answers for. */
export function openWithRoutines(
  routines: readonly Routine[],
  answer: (query: CallQuery) => Partial<CallResult>,
): RoutineEngine {
  const memory = openMemory()
  const engine: RoutineEngine = {
    calls: [],
    reads: { procedure: 0, function: 0 },
    routines,
    adapter: {
      ...memory,
      capabilities: new Set([...memory.capabilities, 'procedures', 'functions'] as const),
      async listRoutines(kind) {
        engine.reads[kind]++
        return engine.routines.filter((one) => one.kind === kind)
      },
      async call(query) {
        engine.calls.push(query)
        return { sets: [], out: {}, ...answer(query) }
      },
    },
  }
  return engine
}
