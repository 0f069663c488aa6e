import { createServer } from 'node:net'
import { type App, openApp } from '../app.ts'
import type { Config } from '../config/config.ts'
import type { ServiceFlag } from '../config/service-url.ts'
import { AppError, toAppError } from '../core/errors.ts'
import { declared } from './start.ts'

interface DoctorOptions {
  /** Reads the configuration: its problems are findings too. */
  readonly readConfig: () => Config
  readonly readFlags: () => readonly ServiceFlag[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly print: (text: string) => void
}

interface Finding {
  readonly about: string
  readonly problem?: string | undefined
  readonly advice?: string | undefined
}

/** Checks configuration, system database, port and every service; says what to do. Answers whether all is well. */
export async function doctor({ readConfig, readFlags, env, print }: DoctorOptions): Promise<boolean> {
  const findings: Finding[] = []
  const note = (finding: Finding) => {
    findings.push(finding)
    print(
      `${finding.problem === undefined ? 'ok  ' : 'FAIL'}  ${finding.about}${finding.problem === undefined ? '' : `: ${finding.problem}`}`,
    )
    if (finding.advice) print(`      ${finding.advice}`)
  }
  const config = await check(
    'configuration',
    async () => {
      const read = readConfig()
      await declared(read, env)
      return read
    },
    note,
  )
  if (config) {
    for (const warning of config.warnings) print(`note  ${warning}`)
    await check(`port ${config.host}:${config.port}`, () => portIsFree(config), note)
    const app = await check('system database', async () => openApp(config, readFlags()), note)
    if (app) {
      for (const { name, isActive } of app.services.list()) {
        if (!isActive) print(`note  service ${name} is not active`)
        else {
          const notes = await check(`service ${name}`, () => serviceAnswers(app.services, name), note)
          for (const sentence of notes ?? []) print(`note  service ${name}: ${sentence}`)
        }
      }
      if (app.services.list().length === 0) print('note  no services are configured')
      await app.close()
    }
  }
  const bad = findings.filter(({ problem }) => problem !== undefined).length
  print(bad === 0 ? 'All is well.' : `${bad} of ${findings.length} checks failed.`)
  return bad === 0
}

async function check<T>(
  about: string,
  work: () => Promise<T>,
  note: (finding: Finding) => void,
): Promise<T | undefined> {
  try {
    const result = await work()
    note({ about })
    return result
  } catch (thrown) {
    const { message, hint } = toAppError(thrown)
    note({ about, problem: message, advice: hint })
    return undefined
  }
}

const SERVICE_MS = 15_000

/** What is to be known of a service that answers. */
async function serviceAnswers(services: App['services'], name: string): Promise<readonly string[]> {
  const signal = AbortSignal.timeout(SERVICE_MS)
  const service = await services.open(name, signal)
  await service.adapter.ping({ signal })
  await service.schema({ signal })
  return (await service.adapter.notes?.({ signal })) ?? []
}

/** Tries to listen for a moment. */
function portIsFree({ host, port }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (cause) =>
      reject(
        new AppError('unavailable', 'the server could not listen here now.', {
          hint: 'Sluice may be running already; else choose another port with --port or SLUICE_PORT.',
          cause,
        }),
      ),
    )
    probe.listen(port, host, () => probe.close(() => resolve()))
  })
}
