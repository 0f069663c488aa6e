import { readFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Program, startFaultProgram } from '../../faults/program.ts'
import { outcome, until } from '../../faults/scene.ts'
import { useWire } from './wire-scene.ts'
import { type Command, cursorOf, type WireServer } from './wire-server.ts'

const ALL = 200_000
const note = 'x'.repeat(2000)
/** Half of what the documents are on the wire, and much less than they would be as objects: garbage that V8 has not collected yet. */
const GROWTH_BYTES = (ALL * note.length) / 2

const wire = useWire()
let program: Program
let server: WireServer
/** How many parts of a thousand the next read has; from there on the connection is cut where it is to be. */
let parts = 0
let isCut = false

const part = (name: 'firstBatch' | 'nextBatch') => {
  const documents = Array.from({ length: 1000 }, (_, n) => ({ _id: `${parts} ${n}`, note, batch: n }))
  return cursorOf(documents, --parts > 0 ? 77 : 0, name)
}

function answer(command: Command, name: string): Command | 'cut' | undefined {
  if (name === 'listCollections') return cursorOf([{ name: 'entries', type: 'collection' }])
  if (name === 'listIndexes') return cursorOf([])
  if (name === 'count') return { n: ALL, ok: 1 }
  if (name === 'getMore') return isCut && parts < 50 ? 'cut' : part('nextBatch')
  const isSample = command.limit === 50
  if (name === 'find' && isSample) return cursorOf([{ _id: '1', note, batch: 1 }])
  return name === 'find' || name === 'aggregate' ? part('firstBatch') : undefined
}

beforeEach(async () => {
  isCut = false
  server = await wire.serve({ answer })
  const url = `mongodb://127.0.0.1:${server.port}/shop`
  program = await startFaultProgram('mongodb', {
    crm: { url, max_records: 1_000_000, statement_timeout: 60 },
  })
})
afterEach(() => program?.stop())

/** Lines of the answer, and the most memory that the program had meanwhile. */
async function download(rows: number): Promise<{ readonly lines: number; readonly mostBytes: number }> {
  parts = rows / 1000
  const reader = await program.download(`_table/entries?limit=${rows}`)
  let lines = 0
  let mostBytes = await residentBytes()
  let looked = performance.now()
  for (let one = await reader.read(); !one.done; one = await reader.read()) {
    for (const byte of one.value) if (byte === 10) lines++
    if (performance.now() - looked < 50) continue
    mostBytes = Math.max(mostBytes, await residentBytes())
    looked = performance.now()
  }
  return { lines, mostBytes }
}

async function residentBytes(): Promise<number> {
  const text = await readFile(`/proc/${program.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(text)?.[1]) * 1024
}

test.skipIf(process.platform !== 'linux')(
  `${ALL} documents of 2 kB as CSV need no more memory than some`,
  async () => {
    const { mostBytes: before } = await download(20_000)
    const { lines, mostBytes } = await download(ALL)
    expect(lines).toBe(ALL + 1)
    expect(mostBytes - before).toBeLessThan(GROWTH_BYTES)
  },
  600_000,
)

test('a reader who goes away ends the read on the server', async () => {
  parts = 1000
  const controller = new AbortController()
  const reader = await program.download(`_table/entries?limit=${ALL}`, controller.signal)
  await reader.read()
  controller.abort()
  const isOver = async () => server.names.some((name) => name === 'killCursors' || name === 'killSessions')
  await until('the server is told', isOver)
  parts = 1
  expect(await program.rest('GET', '_table/entries?limit=1')).toMatchObject({ status: 200 })
})

test('what the death of the server cuts off is not taken for the whole', async () => {
  isCut = true
  const { error } = await outcome(download(ALL))
  expect(error).toBeDefined()
})
