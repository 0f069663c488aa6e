import { AppError } from '../../core/errors.ts'
import { isReservedName } from '../../core/reserved-names.ts'
import { reservedName } from '../check-config.ts'
import { lookupCycles } from './lookup-cycles.ts'
import {
  type ConfigPackage,
  configPackage,
  type Named,
  nameOf,
  PACKAGE_FORMAT,
  PACKAGE_LISTS,
} from './package-format.ts'

/** The package, or `{"manifest": the package}`. Throws `bad_request` for another format, and with every problem of this one. */
export function readPackage(input: unknown): ConfigPackage {
  const given = Object.hasOwn(toObject(input), 'manifest') ? toObject(input).manifest : input
  if (toObject(given).format !== PACKAGE_FORMAT)
    throw new AppError('bad_request', 'Unsupported config package format.', {
      hint: `The format is '${PACKAGE_FORMAT}'.`,
    })
  const parsed = configPackage.safeParse(given)
  if (!parsed.success) {
    throw refusedPackage(parsed.error.issues.map(({ path, message }) => `${placeOf(path)}: ${message}.`))
  }
  const { data } = parsed
  const problems = [
    ...PACKAGE_LISTS.flatMap((list) => twice(list, data[list])),
    // Also of one that would be left out because it is there.
    ...data.services.flatMap(({ name }, at) =>
      isReservedName(name) ? [reservedName(name, `services[${at}].name`)] : [],
    ),
    ...lookupCycles(data.lookups),
  ]
  if (problems.length > 0) throw refusedPackage(problems)
  return data
}

export function refusedPackage(problems: readonly string[]): AppError {
  return new AppError('bad_request', ['The config package cannot be used:', ...problems].join('\n  '), {
    context: { problems },
  })
}

function twice(list: string, records: readonly Named[]): string[] {
  const names = records.map((record) => nameOf(record).toLowerCase())
  return names.flatMap((name, at) =>
    names.indexOf(name) === at ? [] : [`${list}[${at}].name: '${name}' comes twice.`],
  )
}

/** `roles[1].service_access[0].component` */
function placeOf(path: readonly PropertyKey[]): string {
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
  return steps.join('').slice(1) || 'the package'
}

function toObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
}
