import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createKeyring } from '../../src/access/keyring.ts'
import { openSystemStore } from '../../src/system/store.ts'
import { startProgram } from '../helpers/program.ts'
import { ADMIN } from '../helpers/shop.ts'
import { engines } from './engines.ts'
import { everything, keyring, openStore, systemApiOf, types } from './world.ts'

const KEY = 'k'.repeat(64)
const LOST = 'l'.repeat(64)
const config = {
  database: '/shop.db',
  password: 'hunter2-secret',
  options: { token: 'inner-token', color: 'red' },
}
const next = createKeyring(new Uint8Array(32).fill(8))
const reopened = { secrets: next, types, keepApiKeys: true }

describe.each(engines)('a new app key on $name', ({ open }) => {
  test('keeps every secret readable, and leaves none under the old one', async () => {
    const adapter = await open()
    const before = await openStore(adapter)
    const asked = { caller: ADMIN, signal: new AbortController().signal }
    await before.change(async (writer) => {
      await writer.upsertService({ name: 'shop', type: 'box', config })
      await writer.upsertService({ name: 'plain', type: 'box', config: { database: '/plain.db' } })
      await writer.upsertApp({ name: 'agent', apiKey: KEY })
    })
    await systemApiOf(before).write(
      'create',
      'lookup',
      { records: [{ name: 'pin', value: '1234', private: true }] },
      asked,
    )
    const sealed = [...(await everything(adapter)).matchAll(/v1:[\w-]+/g)].map(([text]) => text)
    expect(sealed).toHaveLength(4)

    const after = await openSystemStore(adapter, { ...reopened, previousSecrets: keyring })
    const { serviceByName, configLookups, appByKeyHash, apps } = after.snapshot()
    expect(serviceByName.get('shop')?.config).toEqual(config)
    expect(serviceByName.get('plain')?.config).toEqual({ database: '/plain.db' })
    expect(configLookups.get('pin')).toBe('1234')
    expect(appByKeyHash.get(next.apiKeyHash(KEY))?.name).toBe('agent')
    expect(next.decrypt(apps[0]?.encryptedKey ?? '', 'app.api_key')).toBe(KEY)
    const stored = await everything(adapter)
    for (const text of [...sealed, keyring.apiKeyHash(KEY), keyring.fingerprint])
      expect(stored).not.toContain(text)
  })

  test('is taken once, and the old one is refused from then on', async () => {
    const adapter = await open()
    const old = await openStore(adapter)
    await old.change((writer) => writer.upsertService({ name: 'shop', type: 'box', config }))
    await openSystemStore(adapter, { ...reopened, previousSecrets: keyring })
    const stored = await everything(adapter)
    const again = await openSystemStore(adapter, { ...reopened, previousSecrets: keyring })
    expect(await everything(adapter)).toBe(stored)
    await expect(openStore(adapter)).rejects.toMatchObject({ code: 'bad_request' })
    const late = old.change((writer) => writer.upsertService({ name: 'late', type: 'box', config }))
    await expect(late).rejects.toMatchObject({ code: 'unavailable' })
    await again.refresh()
    expect(again.snapshot().services.map(({ name }) => name)).toEqual(['shop'])
    expect(await everything(adapter)).toBe(stored)
  })

  test('changes nothing when a secret cannot be read, or the earlier key is another one', async () => {
    const adapter = await open()
    const store = await openStore(adapter)
    await store.change(async (writer) => {
      await writer.upsertService({ name: 'shop', type: 'box', config })
      await writer.upsertApp({ name: 'agent', apiKey: KEY })
    })
    const other = createKeyring(new Uint8Array(32).fill(9))
    const broken = { ...keyring, decrypt: () => other.decrypt(keyring.encrypt('x', 'y'), 'y') }
    const stored = await everything(adapter)
    for (const previousSecrets of [broken, other])
      await expect(openSystemStore(adapter, { ...reopened, previousSecrets })).rejects.toThrow(
        /secret|APP_KEY/,
      )
    expect(await everything(adapter)).toBe(stored)
  })

  test('tells which keys nothing can find any more', async () => {
    const adapter = await open()
    const store = await openStore(adapter, { keepApiKeys: false })
    await store.change((writer) => writer.upsertApp({ name: 'lost', apiKey: LOST }))
    const told: string[] = []
    const onLostKeys = (apps: readonly string[]) => told.push(...apps)
    const after = await openSystemStore(adapter, { ...reopened, previousSecrets: keyring, onLostKeys })
    expect(told).toEqual(['lost'])
    expect(after.snapshot().appByKeyHash.has(next.apiKeyHash(LOST))).toBe(false)
  })
})

test('the documented procedure: the program with a new key serves the keys and passwords of before', {
  timeout: 120_000,
}, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'sluice-rotate-'))
  const account = { email: 'admin@example.com', password: 'a-long-enough-password' }
  const settings = {
    SLUICE_DATA_DIR: dataDir,
    SLUICE_ADMIN_EMAIL: account.email,
    SLUICE_ADMIN_PASSWORD: account.password,
  }
  const ask = async (url: string, method: string, path: string, headers: object, body?: object) => {
    const answer = await fetch(`${url}/api/v2/${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body && { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: Object(await answer.json()) }
  }
  const signIn = async (url: string) => {
    const { body } = await ask(url, 'POST', 'system/admin/session', {}, account)
    return { 'x-dreamfactory-session-token': String(body.session_token) }
  }
  const first = await startProgram([], settings)
  const old = await signIn(first.url)
  const role = { name: 'reader', is_active: true }
  const [{ id }] = (await ask(first.url, 'POST', 'system/role', old, { resource: [role] })).body.resource
  const access = {
    role_service_access_by_role_id: [{ service_id: null, component: '*', verb_mask: 1, requestor_mask: 1 }],
  }
  await ask(first.url, 'PATCH', `system/role/${id}`, old, access)
  const app = { name: 'agent', is_active: true, role_id: id, api_key: KEY }
  expect((await ask(first.url, 'POST', 'system/app', old, { resource: [app] })).status).toBe(201)
  await first.stop()

  const second = await startProgram([], {
    ...settings,
    APP_PREVIOUS_KEY: (await readFile(join(dataDir, 'app.key'), 'utf8')).trim(),
    APP_KEY: `base64:${randomBytes(32).toString('base64')}`,
  })
  const orders = 'demo/_table/orders?limit=1'
  expect((await ask(second.url, 'GET', orders, { 'x-dreamfactory-api-key': KEY })).status).toBe(200)
  expect((await ask(second.url, 'GET', 'system/role', old)).status).toBe(401)
  expect((await ask(second.url, 'GET', 'system/role', await signIn(second.url))).status).toBe(200)
  await second.stop()
})
