import { describe, expect, test } from 'vitest'
import { FAULT_ENGINES } from './engine.ts'
import { type Report, startLoad, type Work } from './load.ts'
import { startFaultProgram } from './program.ts'
import { type FaultScene, outcome, until, useFaultScene } from './scene.ts'

/** Rows of different keys are inserted by different statements. */
const rowsOf = (batch: number) => [
  { batch, place: 1 },
  { batch, place: 2, note: 'two' },
  { batch, place: 3 },
]

for (const engine of FAULT_ENGINES) {
  describe.skipIf(engine.isLeftOut)(`${engine.type}: the server is killed under load and comes back`, () => {
    const scene = useFaultScene(engine)

    test('transactions and reads of the adapter', async () => {
      const { adapter, read, insert } = await scene.open()
      const options = { signal: new AbortController().signal }
      const report = await killedUnder(scene, {
        write: (batch) =>
          adapter.transaction(async (records) => {
            for (const place of [1, 2, 3]) await insert('entries', [{ batch, place }], records)
          }, options),
        read: async () => {
          await read('accounts')
        },
      })
      await expectAllOrNothing(scene, report)
      expect(new Set(report.failures.map(({ code }) => code))).toEqual(new Set(['unavailable']))
    })

    test('inserts of the adapter', async () => {
      const { read, insert } = await scene.open()
      const report = await killedUnder(scene, {
        write: (batch) => insert('entries', rowsOf(batch)),
        read: async () => {
          await read('accounts')
        },
      })
      await expectAllOrNothing(scene, report)
    })

    test('batches and reads over HTTP', async () => {
      const program = await startFaultProgram(engine.type, { crm: { url: scene.url } })
      try {
        const send = async (...[method, path, options]: Parameters<typeof program.rest>) => {
          const { status, text } = await program.rest(method, path, options)
          if (status === 503 || status === 504) throw new Error(text)
          expect({ status, text }).toMatchObject({ status: 200 })
        }
        await send('GET', '_table/accounts')
        const report = await killedUnder(scene, {
          write: (batch) => {
            const body = { resource: rowsOf(batch) }
            return send('POST', '_table/entries?rollback=true', { body })
          },
          read: () => send('GET', '_table/accounts'),
        })
        await expectAllOrNothing(scene, report)
      } finally {
        await program.stop()
      }
    })

    test('a program that was started while the server was away', async () => {
      await scene.server.kill()
      const program = await startFaultProgram(engine.type, { crm: { url: scene.url } })
      try {
        const read = () => program.rest('GET', '_table/accounts')
        expect(await read()).toMatchObject({ status: 503 })
        await scene.server.start()
        await told('a program that was started without it', () =>
          until('reads succeed', async () => (await read()).status === 200),
        )
      } finally {
        await program.stop()
      }
    })
  })
}

/** Load before, while the server is away, and after it is back. */
async function killedUnder(scene: FaultScene, work: Work): Promise<Report> {
  const load = startLoad(work)
  await load.busy()
  await scene.server.kill()
  await load.failing()
  await scene.server.start()
  const isBack = async () => (await outcome(work.read())).error === undefined
  const writesAgain = async () => (await outcome(work.write(0))).error === undefined
  await told('under load', async () => {
    await until('reads succeed again', isBack)
    await until('writes succeed again', writesAgain)
  })
  await load.working()
  return load.end()
}

/** How long calls fail after the server is back: a figure to read, for it is another one on every machine. */
async function told(what: string, work: () => Promise<void>): Promise<void> {
  const start = performance.now()
  await work()
  console.info(`${what}: works ${Math.round(performance.now() - start)} ms after the server is back`)
}

async function expectAllOrNothing(scene: FaultScene, report: Report): Promise<void> {
  const rows = await scene.query('select batch, count(*) as n from entries group by batch')
  const sizes = new Map(rows.map(({ batch, n }) => [Number(batch), Number(n)]))
  expect([...sizes].filter(([batch, n]) => batch > 0 && n !== 3)).toEqual([])
  expect([...report.acknowledged].filter((batch) => !sizes.has(batch))).toEqual([])
  expect(report.acknowledged.size).toBeGreaterThan(10)
  expect(report.reads).toBeGreaterThan(10)
  expect(report.failures.length).toBeGreaterThan(0)
}
