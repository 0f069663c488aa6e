import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runProgram } from '../helpers/program.ts'

let folder = ''
let file = ''
let env: Record<string, string> = {}
const packaged = {
  format: 'dreamfactory.config/v1',
  services: [{ name: 'shop', type: 'sqlite', config: { database: 'shop.sqlite' } }],
  roles: [{ name: 'reader', service_access: [{ service: 'shop', component: '_table/*', verb_mask: 1 }] }],
  apps: [{ name: 'agent', role: 'reader' }],
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-package-'))
  file = join(folder, 'package.json')
  env = { SLUICE_DATA_DIR: folder, SLUICE_LOG_LEVEL: 'silent' }
  await writeFile(file, JSON.stringify(packaged))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('config diff, import and export', async () => {
  const before = await runProgram(['config', 'diff', file], env)
  expect([before.code, before.stdout]).toEqual([1, '+ service shop\n+ role reader\n+ app agent\n'])
  const done = await runProgram(['config', 'import', file], env)
  expect(JSON.parse(done.stdout)).toMatchObject({
    success: true,
    created: { services: ['shop'], roles: ['reader'], apps: ['agent'] },
    api_keys: [{ app: 'agent', api_key: expect.stringMatching(/^.{32,}$/) }],
  })
  expect(await runProgram(['config', 'diff', file], env)).toMatchObject({ code: 0, stdout: '' })

  const { stdout } = await runProgram(['config', 'export'], env)
  expect(JSON.parse(stdout)).toMatchObject(packaged)
  const changed = { ...packaged, roles: [{ name: 'reader', service_access: [] }], apps: [] }
  await writeFile(file, JSON.stringify(changed))
  expect((await runProgram(['config', 'diff', file], env)).stdout).toBe('~ role reader\n- app agent\n')
  await runProgram(['config', 'import', file, '--overwrite'], env)
  expect((await runProgram(['config', 'diff', file], env)).stdout).toBe('- app agent\n')
})

test('config commands say what is missing', async () => {
  expect(await runProgram(['config', 'import'], env)).toMatchObject({
    code: 1,
    stderr: 'config import needs a file: sluice config import FILE\n',
  })
  expect((await runProgram(['config', 'exprot'], env)).stderr).toContain("Did you mean 'config export'")
  expect((await runProgram(['config', 'diff', join(folder, 'nope.json')], env)).stderr).toContain(
    'cannot be read.',
  )
})
