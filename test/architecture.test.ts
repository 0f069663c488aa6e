import { expect, test } from 'vitest'
import { type CodeFile, type Import, importsOf, readCode, withoutComments } from './helpers/code.ts'

/** What screens of the console are made of. */
const CONSOLE_KIT = [
  'console database',
  'console records',
  'console session',
  'console parts',
  'console api',
] as const

/** Who may import whom. `at` is a path or the start of one, `*` one folder name; the longest that fits a file decides. */
const LAYERS: readonly Layer[] = [
  { layer: 'main', at: 'src/main.ts', may: 'everything' },
  { layer: 'main', at: 'src/command-line.ts', may: 'everything' },
  { layer: 'app', at: 'src/app.ts', may: 'everything' },
  { layer: 'app', at: 'src/system-database.ts', may: 'everything' },
  { layer: 'app', at: 'src/service-definitions.ts', may: 'everything' },
  { layer: 'app', at: 'src/compose/', may: 'everything' },
  { layer: 'commands', at: 'src/commands/', may: 'everything' },
  { layer: 'client texts', at: 'src/commands/client-texts.ts', may: [] },
  { layer: 'version', at: 'src/version.ts', may: [] },
  { layer: 'young heap', at: 'src/young-heap.ts', may: [] },
  { layer: 'http', at: 'src/http/', may: ['core', 'observe', 'config'] },
  { layer: 'admin', at: 'src/admin/', may: ['http', 'core'] },
  { layer: 'rest', at: 'src/rest/', may: ['system', 'operations', 'access', 'services', 'http', 'core'] },
  { layer: 'mcp', at: 'src/mcp/', may: ['operations', 'access', 'services', 'http', 'core'] },
  { layer: 'authorization', at: 'src/authorization/', may: ['access', 'http', 'core'] },
  { layer: 'system', at: 'src/system/', may: ['operations', 'services', 'core'] },
  { layer: 'operations', at: 'src/operations/', may: ['services', 'filter', 'core'] },
  { layer: 'services', at: 'src/services/', may: ['core'] },
  { layer: 'access', at: 'src/access/', may: ['filter', 'core'] },
  { layer: 'config', at: 'src/config/', may: ['filter', 'core'] },
  { layer: 'filter', at: 'src/filter/', may: ['core'] },
  { layer: 'observe', at: 'src/observe/', may: ['core'] },
  { layer: 'core', at: 'src/core/', may: [] },
  { layer: 'tools', at: 'tools/', may: ['operations', 'core'] },
  { layer: 'service types', at: 'adapters/all.ts', may: ['engine', 'mailer', 'cache', 'core'] },
  { layer: 'cache', at: 'adapters/cache/*/', may: ['core'] },
  { layer: 'mailer', at: 'adapters/email/*/', may: ['core'] },
  { layer: 'sql kit', at: 'adapters/database/sql/', may: ['core'] },
  { layer: 'engine', at: 'adapters/database/*/', may: ['sql kit', 'core'] },
  // The console runs in a browser and knows the server by its API alone; a screen knows no other screen.
  { layer: 'console', at: 'web/src/', may: 'everything' },
  { layer: 'console frame', at: 'web/src/frame/', may: [...CONSOLE_KIT, 'console screens'] },
  { layer: 'console screens', at: 'web/src/screens/', may: ['console screen'] },
  { layer: 'console screen', at: 'web/src/screens/*/', may: CONSOLE_KIT },
  { layer: 'console database', at: 'web/src/database/', may: ['console parts', 'console api'] },
  { layer: 'console records', at: 'web/src/records/', may: ['console parts', 'console api'] },
  {
    layer: 'console session',
    at: 'web/src/session/',
    may: ['console records', 'console parts', 'console api'],
  },
  { layer: 'console parts', at: 'web/src/parts/', may: ['console api', 'client texts'] },
  { layer: 'console api', at: 'web/src/api/', may: ['console session'] },
  { layer: 'console theme', at: 'web/src/theme/', may: [] },
]

const WEB = [
  'src/http/',
  'src/rest/',
  'src/mcp/',
  'src/authorization/',
  'src/admin/',
  'src/compose/',
  'src/app.ts',
]
const CONSOLE = ['web/src/']

/** Where a package may be imported; one that is not here, nowhere. A name that ends with `/` or `:` is a family. */
const PACKAGES: readonly PackageRule[] = [
  { name: 'node:crypto', at: [''], but: CONSOLE },
  { name: 'node:', at: [''], but: ['src/core/', 'src/filter/', ...CONSOLE] },
  { name: 'zod', at: [''] },
  { name: 'fastest-levenshtein', at: ['src/core/'] },
  { name: 'fastify', at: WEB },
  { name: '@fastify/busboy', at: ['src/http/'], isLate: true },
  { name: '@fastify/', at: WEB },
  { name: '@modelcontextprotocol/', at: ['src/mcp/'], isLate: true },
  { name: 'jose', at: ['src/access/'] },
  { name: '@node-rs/argon2', at: ['src/access/'] },
  { name: 'oidc-provider', at: ['src/authorization/'], isDriver: true },
  { name: 'pino', at: ['src/observe/'] },
  { name: 'swagger-ui-dist', at: ['src/rest/'] },
  { name: 'yaml', at: ['src/rest/', 'src/system/'], isLate: true },
  { name: 'csv-parse', at: ['src/http/', ...CONSOLE], isLate: true },
  { name: 'qs', at: ['src/http/'], isLate: true },
  { name: 're2js', at: ['src/http/'] },
  { name: 'sax', at: ['src/http/'], isLate: true },
  { name: 'yauzl', at: ['src/system/package/'], isLate: true },
  { name: 'yazl', at: ['src/system/package/'], isLate: true },
  { name: 'kysely', at: ['adapters/database/'] },
  { name: 'tarn', at: ['adapters/database/sql/'] },
  { name: 'libsql', at: ['adapters/database/sqlite/'], isDriver: true },
  { name: 'pg', at: ['adapters/database/postgres/'], isDriver: true },
  { name: '@redis/client', at: ['adapters/cache/redis/'], isDriver: true },
  { name: 'lru-cache', at: ['adapters/cache/memory/'], isDriver: true },
  { name: 'nodemailer', at: ['adapters/email/'], isDriver: true },
  { name: 'tedious', at: ['adapters/database/sqlserver/'], isDriver: true },
  { name: 'mysql2', at: ['adapters/database/mysql/'], isDriver: true },
  { name: 'oracledb', at: ['adapters/database/oracle/'], isDriver: true },
  { name: 'react', at: CONSOLE },
  { name: 'react-dom', at: CONSOLE },
  { name: '@mantine/', at: CONSOLE },
  { name: '@tanstack/', at: CONSOLE },
  { name: '@xyflow/', at: CONSOLE },
  { name: '@dagrejs/', at: CONSOLE },
  { name: 'lucide-react', at: CONSOLE },
  { name: 'virtual:', at: CONSOLE },
  { name: 'mongodb', at: ['adapters/database/mongodb/'], isDriver: true },
]

/** Text that may stand in the code (not the comments) of some files only. */
const WORDS: readonly WordRule[] = [
  { word: /\bprocess\.env\b/, in: ['src/', 'tools/', 'adapters/'], but: ['src/config/'] },
  {
    word: /sqlite|postgres|pgsql|mysql|oracle|mongodb|sqlsrv|sqlserver/i,
    in: ['src/'],
    but: ['src/command-line.ts', 'src/app.ts', 'src/system-database.ts', 'src/commands/', 'src/config/'],
  },
]

/** Lists of everything there is of a kind: each has one reader. */
const REGISTRIES = ['adapters/all.ts', 'tools/all.ts', 'src/system/all.ts']

const MAX_LINES = 400

test('every file keeps to its layer, its packages and its words', () => {
  const files = ['src', 'tools', 'adapters', 'web/src'].flatMap((folder) => readCode(folder))
  expect(files.length).toBeGreaterThan(10)
  expect(files.flatMap(importsOf).length).toBeGreaterThan(files.length)
  expect(violations(files)).toEqual([])
})

test('a file that does not is found', () => {
  expect(violations(MADE_UP)).toEqual([
    'adapters/database/alpha/open.ts (engine) imports adapters/database/beta/open.ts (engine)',
    'adapters/database/alpha/open.ts (engine) imports src/services/pool.ts (services)',
    'src/core/names.ts (core) imports src/filter/parse.ts (filter)',
    'src/filter/parse.ts (filter) imports src/rest/routes.ts (rest)',
    'src/operations/list.ts (operations) imports adapters/database/alpha/open.ts (engine)',
    'src/operations/list.ts (operations) imports src/command-line.ts (main)',
    'src/stray.ts belongs to no layer',
    'tools/get-rows.ts (tools) imports src/mcp/server.ts (mcp)',
    'src/core/names.ts imports left-pad',
    'src/filter/parse.ts imports node:fs',
    'src/operations/list.ts imports kysely',
    'src/rest/routes.ts imports @modelcontextprotocol/server',
    'src/services/pool.ts imports @fastify/cors',
    'adapters/database/alpha/open.ts imports libsql',
    'adapters/database/sqlite/driver.ts loads the driver libsql when src/command-line.ts is loaded',
    'src/mcp/server.ts loads @modelcontextprotocol/ with the program',
    'src/filter/parse.ts contains process.env',
    'src/operations/list.ts contains MySQL',
    'tools/all.ts is imported by 2 files',
    'src/rest/routes.ts has 401 lines',
  ])
})

test('what is allowed is no violation', () => {
  expect(violations(MADE_UP_WELL)).toEqual([])
})

/** One of each offence. */
const MADE_UP: readonly CodeFile[] = [
  file(
    'src/command-line.ts',
    "import '../adapters/database/sqlite/open.ts'",
    "import { all } from '../tools/all.ts'",
  ),
  file('src/stray.ts', 'export const stray = 1'),
  file('src/core/names.ts', "import pad from 'left-pad'", "export { parse } from '../filter/parse.ts'"),
  file(
    'src/filter/parse.ts',
    "import 'node:fs'",
    "import type { Route } from '../rest/routes.ts'",
    'export const home = process.env.HOME',
  ),
  file(
    'src/operations/list.ts',
    'import {',
    '  type A,',
    '  b as c,',
    "} from '../../adapters/database/alpha/open.ts'",
    "import * as sql from 'kysely'",
    "const main = await import('../command-line.ts')",
    "const engine = 'MySQL' // the MySQL of comments is no offence",
  ),
  file(
    'src/rest/routes.ts',
    "import { Server } from '@modelcontextprotocol/server'",
    ...Array(400).fill('//'),
  ),
  file('src/mcp/server.ts', "import { McpServer } from '@modelcontextprotocol/server'"),
  file('src/services/pool.ts', "import cors from '@fastify/cors'"),
  file('tools/all.ts', "import { getRows } from './get-rows.ts'"),
  file(
    'tools/get-rows.ts',
    "import { server } from '../src/mcp/server.ts'",
    "import { all } from './all.ts'",
  ),
  file(
    'adapters/database/alpha/open.ts',
    "import { open } from '../beta/open.ts'",
    "import { pool } from '../../../src/services/pool.ts'",
    "const driver = await import('libsql')",
  ),
  file('adapters/database/beta/open.ts', 'export const open = 1'),
  file('adapters/database/sqlite/open.ts', "import { driver } from './driver.ts'"),
  file('adapters/database/sqlite/driver.ts', "import Database from 'libsql'"),
]

const MADE_UP_WELL: readonly CodeFile[] = [
  file(
    'src/command-line.ts',
    "import { app } from './app.ts'",
    "import { types } from '../adapters/all.ts'",
    "const sqlite = ''",
  ),
  file('src/app.ts', "import fastify from 'fastify'", "import { tools } from '../tools/all.ts'"),
  file('src/core/names.ts', "import { z } from 'zod'", "import { distance } from 'fastest-levenshtein'"),
  file(
    'src/config/read.ts',
    "import { names } from '../core/names.ts'",
    'export const home = process.env.HOME',
  ),
  file(
    'src/operations/list.ts',
    '/** Not for MySQL. */',
    "import { names } from '../core/names.ts'",
    '// import x from "y"',
  ),
  file(
    'tools/all.ts',
    "import { list } from '../src/operations/list.ts'",
    "import { readFile } from 'node:fs/promises'",
  ),
  file('adapters/all.ts', "import { sqlite } from './database/sqlite/service-type.ts'"),
  file('adapters/database/sql/compile.ts', "import { Kysely } from 'kysely'"),
  file('adapters/database/sqlite/service-type.ts', "const { open } = await import('./open.ts')"),
  file(
    'adapters/database/sqlite/open.ts',
    "import Database from 'libsql'",
    "import { compile } from '../sql/compile.ts'",
  ),
]

interface Layer {
  readonly layer: string
  readonly at: string
  readonly may: 'everything' | readonly string[]
}

interface PackageRule {
  readonly name: string
  readonly at: readonly string[]
  readonly but?: readonly string[]
  /** Loaded when its engine opens, never with the program. */
  readonly isDriver?: true
  /** Loaded at its first use, never with the program. */
  readonly isLate?: true
}

interface WordRule {
  readonly word: RegExp
  readonly in: readonly string[]
  readonly but: readonly string[]
}

function violations(files: readonly CodeFile[]): string[] {
  const imports = files.flatMap(importsOf)
  return [
    ...layerViolations(files, imports),
    ...imports.flatMap(packageViolation),
    ...driverViolations(imports),
    ...lateViolations(imports),
    ...WORDS.flatMap((rule) => wordViolations(files, rule)),
    ...registryViolations(files, imports),
    ...files.flatMap(lengthViolation),
  ]
}

function layerViolations(files: readonly CodeFile[], imports: readonly Import[]): string[] {
  const stray = files.filter(({ path }) => !layerOf(path)).map(({ path }) => `${path} belongs to no layer`)
  const wrong = imports.flatMap(({ from, to, isPackage }) => {
    const [source, target] = [layerOf(from), layerOf(to)]
    if (isPackage || !source || source.may === 'everything' || source.root === target?.root) return []
    if (target && source.may.includes(target.layer)) return []
    return [`${from} (${source.layer}) imports ${to} (${target?.layer ?? 'no layer'})`]
  })
  return [...new Set([...stray, ...wrong])].toSorted()
}

/** The layer of a file, and the folder it was found by: two engines are one layer, but not one folder. */
function layerOf(path: string): (Layer & { readonly root: string }) | undefined {
  return LAYERS.map((layer) => ({ ...layer, root: startThatFits(path, layer.at) }))
    .filter(({ root }) => root !== '')
    .toSorted((left, right) => right.at.length - left.at.length)[0]
}

function startThatFits(path: string, pattern: string): string {
  const source = pattern.split('*').map((part) => RegExp(part.replaceAll('.', '\\.')).source)
  return new RegExp(`^${source.join('[^/]+')}`).exec(path)?.[0] ?? ''
}

function packageViolation({ from, to, isPackage }: Import): string[] {
  if (!isPackage) return []
  const rule = PACKAGES.find(({ name }) => isOf(name, to))
  const isAllowed = rule && startsWithAny(from, rule.at) && !startsWithAny(from, rule.but ?? [])
  return isAllowed ? [] : [`${from} imports ${to}`]
}

function startsWithAny(path: string, starts: readonly string[]): boolean {
  return starts.some((start) => path.startsWith(start))
}

function isOf(name: string, specifier: string): boolean {
  const isFamily = name.endsWith('/') || name.endsWith(':')
  return specifier === name || specifier.startsWith(isFamily ? name : `${name}/`)
}

/** A file that needs a driver to load must not itself be loaded from outside its engine's folder. */
function driverViolations(imports: readonly Import[]): string[] {
  const isLoaded = ({ kind }: Import) => kind === 'static'
  return PACKAGES.filter(({ isDriver }) => isDriver).flatMap(({ name, at }) => {
    const needsDriver = imports
      .filter((each) => isLoaded(each) && isOf(name, each.to))
      .map(({ from }) => from)
    const isInside = (path: string) => startsWithAny(path, at)
    return needsDriver.filter(isInside).flatMap((path) => {
      const outsiders = loadersOf(path, imports.filter(isLoaded)).filter((loader) => !isInside(loader))
      return outsiders.map((loader) => `${path} loads the driver ${name} when ${loader} is loaded`)
    })
  })
}

function lateViolations(imports: readonly Import[]): string[] {
  const loaded = imports.filter(({ kind }) => kind === 'static')
  const isWithProgram = (path: string) => loadersOf(path, loaded).includes('src/command-line.ts')
  return PACKAGES.filter(({ isLate }) => isLate).flatMap(({ name }) =>
    loaded
      .filter(({ from, to }) => isOf(name, to) && isWithProgram(from))
      .map(({ from }) => `${from} loads ${name} with the program`),
  )
}

function loadersOf(path: string, imports: readonly Import[]): string[] {
  const found = new Set([path])
  for (const each of found) {
    for (const { from, to } of imports) if (to === each) found.add(from)
  }
  return [...found].toSorted()
}

function wordViolations(files: readonly CodeFile[], rule: WordRule): string[] {
  return files
    .filter(({ path }) => startsWithAny(path, rule.in) && !startsWithAny(path, rule.but))
    .flatMap(({ path, text }) => {
      const found = rule.word.exec(withoutComments(text))
      return found ? [`${path} contains ${found[0]}`] : []
    })
}

function registryViolations(files: readonly CodeFile[], imports: readonly Import[]): string[] {
  return REGISTRIES.filter((registry) => files.some(({ path }) => path === registry)).flatMap((registry) => {
    const importers = new Set(imports.filter(({ to }) => to === registry).map(({ from }) => from))
    return importers.size === 1 ? [] : [`${registry} is imported by ${importers.size} files`]
  })
}

function lengthViolation({ path, text }: CodeFile): string[] {
  const lines = text.trimEnd().split('\n').length
  return lines > MAX_LINES ? [`${path} has ${lines} lines`] : []
}

function file(path: string, ...lines: readonly string[]): CodeFile {
  return { path, text: lines.join('\n') }
}
