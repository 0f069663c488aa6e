import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { serviceTypes } from '../../adapters/all.ts'
import { HELP } from '../../src/commands/help.ts'
import { readConfig } from '../../src/config/config.ts'
import { readConfigFile } from '../../src/config/file.ts'
import { fileSchema } from '../../src/config/file-schema.ts'
import { VARIABLE_NAMES } from '../../src/config/variables.ts'
import { blocksOf, codesIn, prose, read, rowsUnder } from './page.ts'

const page = read('docs/configuration.md')
const settings = rowsUnder(page, 'variable', 'flag', 'default')

describe('docs/configuration.md', () => {
  test('has every variable, and no other', () => {
    const [, without = ''] = /^Read, and without effect.*?:(.*)$/m.exec(page) ?? []
    const told = [...settings.flatMap(([name = '']) => codesIn(name)), ...codesIn(without)]
    expect(told.toSorted()).toEqual(VARIABLE_NAMES.toSorted())
  })

  test('has every flag of --help, and no other', () => {
    const rows = [
      ...settings.map(([, flag = '']) => flag),
      ...rowsUnder(page, 'flag', 'meaning').map(([flag = '']) => flag),
    ]
    expect([...new Set(rows.flatMap(codesIn))].toSorted()).toEqual(
      [...new Set(HELP.match(/--[a-z][a-z-]*/g))].toSorted(),
    )
  })

  test.each(settings.filter(([, flag]) => flag !== ''))('%s is set by %s', (name = '', flag = '') => {
    const [variable = ''] = codesIn(name)
    expect(codesIn(flag)[0]?.replace(/^--(no-)?/, '')).toBe(
      variable.replace('SLUICE_', '').toLowerCase().replaceAll('_', '-'),
    )
  })

  test.each(settings.filter(([, , preset = '']) => /^`(\d+|true|false)`$/.test(preset)))(
    '%s %s has the default %s',
    (name = '', _flag, preset = '') => {
      const [variable = ''] = codesIn(name)
      expect(String(Reflect.get(readConfig({ env: {} }), keyOf(variable)))).toBe(codesIn(preset)[0])
    },
  )

  test('has every key of the config file', () => {
    const { properties } = jsonSchema.parse(
      z.toJSONSchema(fileSchema, { io: 'input', unrepresentable: 'any' }),
    )
    const keys = Object.entries(properties).flatMap(([list, { items }]) => [
      list,
      ...Object.keys(items.properties),
    ])
    const words = new Set(
      [...prose(page).matchAll(/`([a-z_]+)`|\*\*([a-z_]+)\*\*/g)].map(([, code, bold]) => code ?? bold),
    )
    expect(keys.filter((key) => !words.has(key))).toEqual([])
  })

  test.each(serviceTypes)(
    'has every key of the config of a $name service, and no other',
    ({ name, config }) => {
      const { properties = {} } = z.toJSONSchema(config, { io: 'input', unrepresentable: 'any' })
      const sections = page.slice(0, page.indexOf('**roles**')).split('**config of a ').slice(1)
      const section = sections.find((text) => codesIn(text.split('service**')[0] ?? '').includes(name)) ?? ''
      const table = rowsUnder(section, 'key', 'default')
      expect(table.flatMap(([name = '']) => codesIn(name)).toSorted()).toEqual(
        Object.keys(properties).toSorted(),
      )
    },
  )
})

describe('config files', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-docs-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const examples = ['README.md', 'docs/roles.md', 'docs/configuration.md'].flatMap((path) =>
    blocksOf(read(path))
      .filter(({ language }) => language === 'json')
      .map(({ text, section }, index) => ({ path, section, index, text })),
  )

  test('there are examples on every page', () => {
    expect([...new Set(examples.map(({ path }) => path))]).toHaveLength(3)
  })

  test.each(examples)('$path, $section ($index) can be read', async ({ text }) => {
    const file = join(folder, 'sluice.json')
    await writeFile(file, text)
    const names = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name)
    const env = Object.fromEntries(names.map((name) => [name, name.padEnd(32, '0')]))
    const { services, roles, apps } = await readConfigFile(file, env)
    expect(services.length + roles.length + apps.length).toBeGreaterThan(0)
    for (const { type, config } of services) {
      expect(serviceTypes.find(({ name }) => name === type)?.config.safeParse(config)).toMatchObject({
        success: true,
      })
    }
  })
})

const jsonSchema = z.object({
  properties: z.record(
    z.string(),
    z.object({ items: z.object({ properties: z.record(z.string(), z.unknown()) }) }),
  ),
})

/** `SLUICE_RESULT_BYTES` → `resultBytes` */
function keyOf(variable: string): string {
  return variable
    .replace('SLUICE_', '')
    .toLowerCase()
    .replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}
