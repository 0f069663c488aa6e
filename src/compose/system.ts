import { join } from 'node:path'
import { newApiKey } from '../access/keyring.ts'
import { hashPassword, newPassword } from '../access/passwords.ts'
import { requireRowFilters } from '../access/row-condition.ts'
import type { Config } from '../config/config.ts'
import { pathPattern } from '../http/path-pattern.ts'
import type { createLogger } from '../observe/log.ts'
import type { RunningServices } from '../services/create-services.ts'
import { systemResources } from '../system/all.ts'
import { createEmailServices } from '../system/email/email-services.ts'
import { createConfigPackages } from '../system/package/config-packages.ts'
import type { CredentialMaker } from '../system/secrets.ts'
import { houseTypes } from '../system/service/house-types.ts'
import { resolveLookups } from '../system/service/resolve-lookups.ts'
import { createSystemApi } from '../system/system-api.ts'
import { VERSION } from '../version.ts'
import { composeAccounts } from './accounts.ts'
import type { Identity } from './identity.ts'
import { configuredTypes, emailTypes, localEmail, tools } from './installed.ts'
import type { Storage } from './storage.ts'
import { toolCheck } from './tools.ts'

interface Parts extends Pick<Storage, 'keyring' | 'store'> {
  readonly config: Config
  readonly services: Pick<RunningServices, 'probe'>
  readonly access: Identity['access']
  readonly log: ReturnType<typeof createLogger>
}

/** What the house keeps of itself: its records over the system API, its accounts and its packages. */
export function composeSystem({ config, store, keyring, services, access, log }: Parts) {
  const types = [...configuredTypes, ...houseTypes].toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const leastPassword = { user: config.minPasswordLength, admin: config.minAdminPasswordLength }
  const maker: CredentialMaker = {
    newApiKey,
    newPassword: () => newPassword(leastPassword.admin),
    hashPassword,
  }
  const email = createEmailServices({
    types: emailTypes,
    fallback: localEmail,
    snapshot: store.snapshot,
    spoolDir: join(config.dataDir, 'mail'),
  })
  const checkTool = toolCheck(tools)
  const checks = { checkFilters: requireRowFilters, checkTool }
  const records = createSystemApi({
    resources: systemResources,
    database: store.database,
    snapshot: store.snapshot,
    refresh: store.refresh,
    seal: keyring.seal,
    tools: {
      ...checks,
      types,
      secrets: keyring,
      maker,
      leastPassword,
      keepApiKeys: config.keepApiKeys,
      checkPath: pathPattern,
      async probe(type, given, signal) {
        if (email.isType(type)) return await email.check(type, given)
        // Of the server itself: there is nothing to connect to.
        if (houseTypes.some(({ name }) => name === type)) return
        await services.probe(type, resolveLookups(given, store.snapshot().configLookups), signal)
      },
    },
  })
  const accountApi = composeAccounts({
    store,
    keyring,
    system: records,
    checkPassword: access.checkPassword,
    attempts: access.attempts,
    leastPassword,
    send: email.send,
    log,
  })
  const packages = createConfigPackages(store, {
    ...checks,
    types: configuredTypes,
    maker,
    dataDir: config.dataDir,
    references: config.references,
    version: VERSION,
  })
  return { types, maker, checkTool, accountApi, packages }
}
