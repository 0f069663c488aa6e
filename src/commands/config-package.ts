import { readFile } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import { type App, openApp } from '../app.ts'
import type { Config } from '../config/config.ts'
import { parseJsonText } from '../config/json-text.ts'
import { AppError } from '../core/errors.ts'
import { type Named, nameOf } from '../system/package/package-format.ts'
import { readPackage } from '../system/package/read-package.ts'

interface PackageOptions {
  readonly config: Config
  readonly print: (text: string) => void
}

/** Prints services, roles, apps, users, tools and lookups as one JSON document, without secrets. */
export async function exportConfig({ config, print }: PackageOptions): Promise<void> {
  await withApp(config, async ({ packages }) => print(JSON.stringify(packages.export(), null, 2)))
}

/** Takes in what `export` printed. Prints what was done as JSON, with the keys of new apps. */
export async function importConfig(
  options: PackageOptions & { readonly file: string; readonly overwrite: boolean },
): Promise<void> {
  const { config, print, file, overwrite } = options
  const input = await readJson(file)
  await withApp(config, async ({ packages }) =>
    print(JSON.stringify(await packages.import(input, { overwrite }), null, 2)),
  )
}

/** Prints a line for each record that differs: `+` only in the file, `-` only here, `~` in both. Answers whether all agree. */
export async function diffConfig(options: PackageOptions & { readonly file: string }): Promise<boolean> {
  const { config, print, file } = options
  const wanted = readPackage(await readJson(file))
  return await withApp(config, async ({ packages }) => {
    const here = packages.export()
    const lines = LISTS.flatMap(([list, word]) => differences(word, wanted[list], here[list]))
    for (const line of lines) print(line)
    return lines.length === 0
  })
}

const LISTS = [
  ['services', 'service'],
  ['roles', 'role'],
  ['apps', 'app'],
  ['users', 'user'],
  ['tools', 'tool'],
  ['lookups', 'lookup'],
] as const

function differences(word: string, wanted: readonly Named[], here: readonly Named[]): string[] {
  const byName = (records: readonly Named[]) =>
    new Map(records.map((record) => [nameOf(record).toLowerCase(), record]))
  const [there, ours] = [byName(wanted), byName(here)]
  return [...new Set([...there.keys(), ...ours.keys()])].toSorted().flatMap((name) => {
    const [theirs, own] = [there.get(name), ours.get(name)]
    if (theirs && own) return agrees(theirs, own) ? [] : [`~ ${word} ${nameOf(own)}`]
    return [theirs ? `+ ${word} ${nameOf(theirs)}` : `- ${word} ${own ? nameOf(own) : name}`]
  })
}

/** What a file leaves out an import leaves as it is. */
function agrees(theirs: Named, own: Named): boolean {
  const fields = new Map<string, unknown>(Object.entries(own))
  return Object.entries(theirs).every(
    ([key, value]) => value === undefined || isDeepStrictEqual(value, fields.get(key)),
  )
}

async function withApp<T>(config: Config, work: (app: App) => Promise<T>): Promise<T> {
  const app = await openApp(config)
  try {
    return await work(app)
  } finally {
    await app.close()
  }
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AppError('not_found', `The file ${file} cannot be read.`, { cause })
  })
  const parsed = parseJsonText(text)
  if ('value' in parsed) return parsed.value
  const { line, column, expected } = parsed.problem
  throw new AppError('bad_request', `${file}, line ${line}, column ${column}: expected ${expected}.`)
}
