import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { JsonReader } from '../../core/json-reader.ts'
import { didYouMean, nearest } from '../../core/names.ts'
import {
  type ExportedPackage,
  type Named,
  nameOf,
  PACKAGE_FORMAT,
  PACKAGE_LISTS,
  type PackageList,
} from './package-format.ts'
import { readZip } from './read-zip.ts'

/** The version of the manifest (dreamfactory-rest §7.6). */
const VERSION = '0.1'

/** What the wire calls the lists: as resources of the service `system`. */
const RESOURCES: Readonly<Record<PackageList, string>> = {
  services: 'service',
  roles: 'role',
  apps: 'app',
  users: 'user',
  tools: 'tool',
  lookups: 'lookup',
}

/** What is in a package, by name. */
export interface Manifest {
  readonly version: typeof VERSION
  readonly df_version: string
  readonly secured: false
  readonly description: string
  readonly created_date: string
  readonly service: { readonly system: Readonly<Record<string, readonly string[]>> }
}

export function manifestOf(
  records: Readonly<Record<PackageList, readonly Named[]>>,
  { programVersion, createdDate, description = '' }: ManifestFacts,
): Manifest {
  const lists = PACKAGE_LISTS.map((list) => [RESOURCES[list], records[list].map(nameOf)] as const)
  return {
    version: VERSION,
    df_version: programVersion,
    secured: false,
    description,
    created_date: createdDate,
    service: { system: Object.fromEntries(lists) },
  }
}

interface ManifestFacts {
  readonly programVersion: string
  readonly createdDate: string
  readonly description?: string
}

/** What a request asks to be packed: `{"service":{"system":{"role":["reader"]}}}`; true in place of names is all of them. */
const wanted = z.strictObject({
  version: z.literal(VERSION).optional(),
  df_version: z.string().optional(),
  secured: z.literal(false, { error: 'a package holds no secrets, and is not encrypted' }).optional(),
  description: z.string().max(255).optional(),
  created_date: z.string().optional(),
  service: z.strictObject({
    system: z.partialRecord(
      z.enum(Object.values(RESOURCES)),
      z.union([z.literal(true), z.array(z.string()).max(10_000)]),
    ),
  }),
})

/** The zip file of what a manifest names: `package.json`, and `system/role.json` for each list. Throws `bad_request`. */
export async function packZip(
  input: unknown,
  whole: ExportedPackage,
  programVersion: string,
): Promise<Buffer> {
  const parsed = wanted.safeParse(input)
  if (!parsed.success) throw refusedManifest(parsed.error)
  const { service, description = '' } = parsed.data
  const pick = (list: PackageList): readonly Named[] => {
    const names = service.system[RESOURCES[list]]
    return names === undefined ? [] : named(whole[list], names, RESOURCES[list])
  }
  const [services, roles, apps] = [pick('services'), pick('roles'), pick('apps')]
  const picked = {
    services,
    roles,
    apps,
    users: pick('users'),
    tools: pick('tools'),
    lookups: pick('lookups'),
  }
  const facts = { programVersion, createdDate: whole.exported_at ?? '', description }
  const { ZipFile } = await import('yazl')
  const zip = new ZipFile()
  const add = (path: string, content: unknown) =>
    zip.addBuffer(Buffer.from(JSON.stringify(content, null, 2)), path)
  add(MANIFEST, manifestOf(picked, facts))
  for (const list of PACKAGE_LISTS) if (picked[list].length > 0) add(pathOf(list), { resource: picked[list] })
  zip.end()
  return await buffer(Readable.from(zip.outputStream))
}

const MANIFEST = 'package.json'

function pathOf(list: PackageList): string {
  return `system/${RESOURCES[list]}.json`
}

function named(records: readonly Named[], names: true | readonly string[], what: string): readonly Named[] {
  if (names === true) return records
  const known = new Map(records.map((record) => [nameOf(record).toLowerCase(), record]))
  return names.map((name) => {
    const record = known.get(name.toLowerCase())
    if (record) return record
    const near = nearest(name, records.map(nameOf))
    throw new AppError('bad_request', `There is no ${what} '${name}'. ${didYouMean(near)}`.trim(), {
      didYouMean: near,
    })
  })
}

/** The manifest inside a zip; what it names must be there, and what is there it must name. */
const packed = z.strictObject({
  version: z.literal(VERSION),
  df_version: z.string().optional(),
  secured: z.literal(false).optional(),
  description: z.string().optional(),
  created_date: z.string().optional(),
  service: z.strictObject({
    system: z.partialRecord(z.enum(Object.values(RESOURCES)), z.array(z.string())),
  }),
})

const listed = z.strictObject({ resource: z.array(z.unknown()) })

/** A config package out of a zip file, as JSON that is yet to be checked. Throws `bad_request`. */
export async function unpackZip(bytes: Buffer): Promise<unknown> {
  const files = await readZip(bytes)
  const paths = new Map<string, PackageList>(PACKAGE_LISTS.map((list) => [pathOf(list), list]))
  const strange = [...files.keys()].find((path) => path !== MANIFEST && !paths.has(path))
  if (strange !== undefined) throw refused(`it has the file '${strange.slice(0, 100)}', which no package has`)
  const manifest = packed.safeParse(jsonIn(files, MANIFEST))
  if (!manifest.success) throw refused(`its ${MANIFEST} is no manifest of version ${VERSION}`, manifest.error)
  const { system } = manifest.data.service
  const lists = PACKAGE_LISTS.flatMap((list) => {
    const path = pathOf(list)
    const names = system[RESOURCES[list]] ?? []
    if (!files.has(path) && names.length === 0) return []
    const content = listed.safeParse(jsonIn(files, path))
    if (!content.success) throw refused(`its ${path} is no list of records`, content.error)
    if (!isDeepStrictEqual(content.data.resource.map(toldName).toSorted(), names.map(inAnyCase).toSorted()))
      throw refused(`its ${path} has other records than ${MANIFEST} names`)
    return [[list, content.data.resource] as const]
  })
  return { format: PACKAGE_FORMAT, ...Object.fromEntries(lists) }
}

/** Of a record that is yet to be checked: what the manifest calls it. */
function toldName(record: unknown): string {
  const { name, email = name }: { readonly name?: unknown; readonly email?: unknown } = Object(record)
  return typeof email === 'string' ? inAnyCase(email) : ''
}

function inAnyCase(name: string): string {
  return name.trim().toLowerCase()
}

/** As in bodies of requests: walking deeper ones would exhaust the stack. */
const DEEPEST = 200

function jsonIn(files: ReadonlyMap<string, Buffer>, path: string): unknown {
  const bytes = files.get(path)
  if (!bytes) throw refused(`it has no ${path}`)
  const read = new JsonReader(bytes.toString('utf8'), DEEPEST).read()
  if ('fault' in read) throw refused(`its ${path} is not JSON: ${read.fault} at character ${read.at + 1}`)
  return read.value
}

function refused(reason: string, cause?: unknown): AppError {
  return new AppError('bad_request', `The zip file is no package: ${reason}.`, { cause })
}

function refusedManifest({ issues }: z.ZodError): AppError {
  const told = issues.map(
    ({ path, message }) => `${path.map(String).join('.') || 'the manifest'}: ${message}`,
  )
  return new AppError('bad_request', `The manifest cannot be used: ${told.join('; ')}.`, {
    hint: `Name what to pack: {"service":{"system":{"role":["reader"],"app":true}}}. GET tells what there is.`,
    context: { problems: told },
  })
}
