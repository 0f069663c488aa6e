import { randomBytes, randomUUID } from 'node:crypto'
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../core/errors.ts'

const FILE = 'app.key'
const BYTES = 32

/**
 * The secret that all other keys are derived from: the one configured, or the one kept in the data folder, made on the
 * first start (mode 0600). Throws `bad_request` for one that is too short, `unavailable` when the file cannot be used.
 */
export async function loadAppKey(options: {
  readonly appKey?: string | undefined
  readonly dataDir: string
}): Promise<Uint8Array> {
  if (options.appKey !== undefined) return parseAppKey(options.appKey, 'APP_KEY')
  const file = join(options.dataDir, FILE)
  try {
    await mkdir(options.dataDir, { recursive: true, mode: 0o700 })
    const kept = (await readKept(file)) ?? (await makeKept(file))
    return parseAppKey(kept, `The file ${FILE} in the data folder`)
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('unavailable', `The file ${FILE} in the data folder cannot be read or made.`, {
      hint: 'Let this user read and write the data folder (SLUICE_DATA_DIR), or set APP_KEY.',
      cause,
    })
  }
}

/** `base64:…` of at least 32 bytes, or any text of at least 32 characters. */
export function parseAppKey(text: string, source: string): Uint8Array {
  const trimmed = text.trim()
  const bytes = trimmed.startsWith('base64:')
    ? Buffer.from(trimmed.slice('base64:'.length), 'base64')
    : Buffer.from(trimmed)
  if (bytes.length >= BYTES) return bytes
  throw new AppError('bad_request', `${source} is too short: it needs at least ${BYTES} characters.`, {
    hint: "Make one with: node -p \"'base64:' + crypto.randomBytes(32).toString('base64')\"",
  })
}

async function readKept(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Two processes that start together agree: the file appears whole, and only once. */
async function makeKept(file: string): Promise<string> {
  const draft = `${file}.${randomUUID()}`
  await writeFile(draft, `base64:${randomBytes(BYTES).toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
  try {
    await link(draft, file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    await unlink(draft)
  }
  return await readFile(file, 'utf8')
}
