import type { Readable } from 'node:stream'
import type { Entry, ZipFile } from 'yauzl'
import { AppError } from '../../core/errors.ts'

/** Most files a zip may hold, and most bytes they may unpack to. */
const MOST_ENTRIES = 100
const MOST_BYTES = 32 * 1024 * 1024

/**
 * The files of a zip by their paths, which stay inside it. Throws `bad_request` for one that is broken, encrypted or too large, before
 * more than it may hold is unpacked.
 */
export async function readZip(bytes: Buffer): Promise<ReadonlyMap<string, Buffer>> {
  const { fromBufferPromise } = await import('yauzl')
  try {
    // Refuses names that are absolute or climb (`../x`), and files that unpack to more than they say.
    const zip = await fromBufferPromise(bytes, { lazyEntries: true, validateEntrySizes: true })
    const entries = await entriesOf(zip)
    refuseLarge(entries)
    const files = new Map<string, Buffer>()
    for (const entry of entries) {
      if (entry.fileName.endsWith('/')) continue
      if (files.has(entry.fileName)) throw refusal(`it has the file '${told(entry)}' twice`)
      if (entry.isEncrypted()) throw refusal(`its file '${told(entry)}' is encrypted`)
      files.set(entry.fileName, await bytesOf(await zip.openReadStreamPromise(entry)))
    }
    return files
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw refusal('it is broken, or has a path that leaves it', cause)
  }
}

async function entriesOf(zip: ZipFile): Promise<Entry[]> {
  if (zip.entryCount > MOST_ENTRIES) throw refusal(`it has more than ${MOST_ENTRIES} files`)
  return await new Promise((resolve, reject) => {
    const entries: Entry[] = []
    zip.on('entry', (entry) => {
      entries.push(entry)
      zip.readEntry()
    })
    zip.on('end', () => resolve(entries))
    zip.on('error', reject)
    zip.readEntry()
  })
}

function refuseLarge(entries: readonly Entry[]): void {
  const total = entries.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0)
  if (total > MOST_BYTES) throw refusal(`it unpacks to more than ${MOST_BYTES} bytes`)
}

async function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function told({ fileName }: Entry): string {
  return fileName.slice(0, 100)
}

function refusal(reason: string, cause?: unknown): AppError {
  return new AppError('bad_request', `The zip file cannot be used: ${reason}.`, { cause })
}
