import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readConfigFile } from '../../src/config/file.ts'

const folder = await mkdtemp(join(tmpdir(), 'sluice-components-'))

async function read(rule: object) {
  const file = join(folder, 'sluice.json')
  await writeFile(
    file,
    JSON.stringify({ roles: [{ name: 'r', access: [{ service: 'shop', verbs: [], ...rule }] }] }),
  )
  return readConfigFile(file, {})
}

test.each([
  '',
  '*',
  '_table',
  '_table/*',
  '_table/orders/*',
  '_schema/orders',
  '_proc/p',
  '_func/*',
  '_spec',
])('the component %j is one', async (component) => {
  await expect(read({ component })).resolves.toBeDefined()
})

test.each([
  ['table/orders/*', "Did you mean '_table'?"],
  ['_tabel/orders', "Did you mean '_table'?"],
  ['_table /orders', "Did you mean '_table'?"],
  ['_table\\orders', 'begins with'],
  ['shop/_table/orders/*', 'begins with'],
])('a deny on %j would do nothing, and is refused', async (component, message) => {
  await expect(read({ component })).rejects.toThrow(message)
})

test('a rule for scripts alone would do nothing, and is refused', async () => {
  await expect(read({ component: '*', requestor_mask: 2 })).rejects.toThrow('requestor_mask')
})
