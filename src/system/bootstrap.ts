import { AppError } from '../core/errors.ts'
import { VERB_BIT } from '../core/policy.ts'
import { EMAIL_TEMPLATES } from './email-templates.ts'
import type { CredentialMaker } from './secrets.ts'
import type { ServiceConfig } from './service-config.ts'
import type { RuleRecord } from './snapshot.ts'
import type { SystemStore } from './store.ts'
import { SYSTEM_SERVICES } from './system-services.ts'
import type { SystemWriter } from './write/system-writer.ts'

/** What was made, to be printed once. Empty on later starts: secrets are never told again. */
export interface FirstStart {
  /** `password` only when it was generated. */
  readonly administrator?: { readonly email: string; readonly password?: string }
  readonly demo?: { readonly readerKey: string; readonly writerKey: string }
}

export interface BootstrapOptions {
  readonly maker: CredentialMaker
  readonly adminEmail?: string | undefined
  readonly adminPassword?: string | undefined
  /** False: refuse to start rather than generate an administrator's password (the server can be reached from outside). */
  readonly mayGeneratePassword: boolean
  /** True: the first administrator is made by a person, later. */
  readonly isSetUpByPage?: boolean
  /**
   * False: services only. Nothing secret is made, because there is nobody to tell it to; the next start with someone
   * watching makes the rest.
   */
  readonly accounts?: boolean
  /** The demo service; absent: no demo. */
  readonly demo?: { readonly type: string; readonly config: ServiceConfig } | undefined
}

const DEFAULT_EMAIL = 'admin@sluice.local'
const DEMO = 'demo'
const READER = 'demo-reader'
const WRITER = 'demo-writer'

/** Makes what a first start needs and is not there yet, in one transaction. */
export async function bootstrap(store: SystemStore, options: BootstrapOptions): Promise<FirstStart> {
  const { serviceByName, userById } = store.snapshot()
  const hasAdministrator = [...userById.values()].some(({ isAdmin }) => isAdmin)
  const isMissing = (name: string) => !serviceByName.has(name)
  const wantsDemo = options.demo !== undefined && isMissing(DEMO)
  const { accounts = true, isSetUpByPage = false } = options
  const isLater = hasAdministrator || !accounts || isSetUpByPage
  const administrator = isLater ? undefined : await newAdministrator(options)
  return await store.change(async (writer) => {
    for (const service of SYSTEM_SERVICES) {
      if (!(await writer.hasService(service.name))) await writer.upsertService(service)
    }
    await writer.addEmailTemplates(EMAIL_TEMPLATES)
    const isNewDemo = options.demo !== undefined && wantsDemo && (await addDemo(writer, options.demo))
    const wantsKeys = accounts && options.demo !== undefined && (isNewDemo || administrator !== undefined)
    return {
      ...(administrator && (await addAdministrator(writer, administrator))),
      ...(wantsKeys && (await addDemoKeys(writer, options.maker))),
    }
  })
}

interface NewAdministrator {
  readonly email: string
  readonly passwordHash: string
  readonly generated: string | undefined
}

/** Hashed before the transaction: it takes a while. */
async function newAdministrator(options: BootstrapOptions): Promise<NewAdministrator> {
  const { maker, adminEmail = DEFAULT_EMAIL, adminPassword, mayGeneratePassword } = options
  if (adminPassword === undefined && !mayGeneratePassword) {
    throw new AppError(
      'bad_request',
      'There is no administrator yet, and this server would be reached from outside.',
      {
        hint: 'Set SLUICE_ADMIN_EMAIL and SLUICE_ADMIN_PASSWORD, or leave SLUICE_HOST at 127.0.0.1.',
      },
    )
  }
  const generated = adminPassword === undefined ? maker.newPassword() : undefined
  const passwordHash = await maker.hashPassword(adminPassword ?? generated ?? '')
  return { email: adminEmail, passwordHash, generated }
}

/** Another process may have been first: then its administrator stays. */
async function addAdministrator(
  writer: SystemWriter,
  { email, passwordHash, generated }: NewAdministrator,
): Promise<Pick<FirstStart, 'administrator'>> {
  if (await writer.hasAdministrator()) return {}
  await writer.upsertUser({
    email,
    name: 'Administrator',
    firstName: 'System',
    lastName: 'Administrator',
    isAdmin: true,
    isActive: true,
    passwordHash,
  })
  return { administrator: { email, ...(generated !== undefined && { password: generated }) } }
}

/** False when another process was first. */
async function addDemo(
  writer: SystemWriter,
  service: NonNullable<BootstrapOptions['demo']>,
): Promise<boolean> {
  if (await writer.hasService(DEMO)) return false
  const description = 'A shop with made-up customers, products and orders.'
  await writer.upsertService({ name: DEMO, label: 'Demo shop', description, ...service })
  await writer.upsertRole(demoRole(READER, VERB_BIT.GET))
  await writer.upsertRole(demoRole(WRITER, ALL_VERBS))
  return true
}

async function addDemoKeys(
  writer: SystemWriter,
  { newApiKey }: CredentialMaker,
): Promise<Pick<FirstStart, 'demo'>> {
  if (await writer.hasApp(READER)) return {}
  const readerKey = newApiKey()
  const writerKey = newApiKey()
  await writer.upsertApp({ name: READER, role: READER, isActive: true, apiKey: readerKey })
  await writer.upsertApp({ name: WRITER, role: WRITER, isActive: true, apiKey: writerKey })
  return { demo: { readerKey, writerKey } }
}

const ALL_VERBS = Object.values(VERB_BIT).reduce((mask, bit) => mask | bit, 0)

/** A role on the demo service alone. */
function demoRole(name: string, verbMask: number) {
  const rule: RuleRecord = {
    service: DEMO,
    component: '*',
    verbMask,
    requestorMask: 1,
    filters: [],
    filterOp: 'AND',
  }
  return { name, isActive: true, rules: [rule] }
}
