import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadAppKey } from '../../src/access/app-key.ts'
import { createKeyring, newApiKey } from '../../src/access/keyring.ts'

const folder = () => mkdtemp(join(tmpdir(), 'sluice-key-'))
const bytes = (seed: number) => new Uint8Array(32).fill(seed)

describe('the app key', () => {
  test('is made once in the data folder, readable by its owner alone', async () => {
    const dataDir = join(await folder(), 'new', 'data')
    const first = await loadAppKey({ dataDir })
    expect(first).toHaveLength(32)
    expect((await stat(join(dataDir, 'app.key'))).mode & 0o777).toBe(0o600)
    expect(await loadAppKey({ dataDir })).toEqual(first)
  })

  test('is the same for processes that start together', async () => {
    const dataDir = await folder()
    const keys = await Promise.all(Array.from({ length: 8 }, () => loadAppKey({ dataDir })))
    expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(1)
  })

  test('given as base64: is decoded', async () => {
    const appKey = `base64:${Buffer.from(bytes(7)).toString('base64')}`
    expect(Buffer.from(await loadAppKey({ appKey, dataDir: '/nowhere' }))).toEqual(Buffer.from(bytes(7)))
  })

  test('given as a long text is taken as it is', async () => {
    const appKey = 'x'.repeat(40)
    expect(await loadAppKey({ appKey, dataDir: '/nowhere' })).toHaveLength(40)
  })

  test.each(['short', `base64:${Buffer.alloc(16).toString('base64')}`])(
    'that is too short is refused',
    async (appKey) => {
      await expect(loadAppKey({ appKey, dataDir: '/nowhere' })).rejects.toMatchObject({
        code: 'bad_request',
        message: 'APP_KEY is too short: it needs at least 32 characters.',
      })
    },
  )

  test('in a damaged file is refused, and the file is left alone', async () => {
    const dataDir = await folder()
    await writeFile(join(dataDir, 'app.key'), 'gone')
    await expect(loadAppKey({ dataDir })).rejects.toMatchObject({ code: 'bad_request' })
    expect(await readFile(join(dataDir, 'app.key'), 'utf8')).toBe('gone')
  })

  test('that cannot be kept says what to do', async () => {
    const dataDir = join(await folder(), 'file')
    await writeFile(dataDir, '')
    await expect(loadAppKey({ dataDir })).rejects.toMatchObject({ code: 'unavailable' })
  })
})

describe('the keyring', () => {
  const keyring = createKeyring(bytes(1))
  const other = createKeyring(bytes(2))

  test('an API key has 64 hex characters and is never the same', () => {
    expect(newApiKey()).toMatch(/^[0-9a-f]{64}$/)
    expect(newApiKey()).not.toBe(newApiKey())
  })

  test('a look-up hash depends on the API key and on the app key', () => {
    const key = newApiKey()
    expect(keyring.apiKeyHash(key)).toBe(createKeyring(bytes(1)).apiKeyHash(key))
    expect(keyring.apiKeyHash(key)).not.toBe(other.apiKeyHash(key))
    expect(keyring.apiKeyHash(key)).not.toBe(keyring.apiKeyHash(newApiKey()))
    expect(keyring.apiKeyHash(key)).not.toContain(key)
  })

  test('what is encrypted comes back, and looks different each time', () => {
    const sealed = keyring.encrypt('päss ☃', 'a')
    expect(sealed).not.toContain('päss')
    expect(sealed).not.toBe(keyring.encrypt('päss ☃', 'a'))
    expect(keyring.decrypt(sealed, 'a')).toBe('päss ☃')
    expect(keyring.decrypt(keyring.encrypt('', 'a'), 'a')).toBe('')
  })

  test('nothing else decrypts it', () => {
    const sealed = keyring.encrypt('secret', 'app.api_key')
    const changed = `${sealed.slice(0, -2)}${sealed.endsWith('AA') ? 'BB' : 'AA'}`
    const refused = { code: 'internal', message: 'A stored secret cannot be decrypted.' }
    expect(() => other.decrypt(sealed, 'app.api_key')).toThrow(expect.objectContaining(refused))
    expect(() => keyring.decrypt(sealed, 'service.config')).toThrow(expect.objectContaining(refused))
    expect(() => keyring.decrypt(changed, 'app.api_key')).toThrow(expect.objectContaining(refused))
    expect(() => keyring.decrypt('v1:', 'app.api_key')).toThrow(expect.objectContaining(refused))
    expect(() => keyring.decrypt('plain', 'app.api_key')).toThrow(expect.objectContaining(refused))
  })

  test('the fingerprint tells app keys apart', () => {
    expect(keyring.fingerprint).toBe(createKeyring(bytes(1)).fingerprint)
    expect(keyring.fingerprint).not.toBe(other.fingerprint)
  })
})
