import { AppError } from '../core/errors.ts'
import { type CheckTools, checkConfig } from './check-config.ts'
import type { DeclaredConfig } from './declared-config.ts'
import type { CredentialMaker } from './secrets.ts'
import { resolvePaths } from './service-config.ts'
import type { SystemStore } from './store.ts'

/** Keys that were made for apps without one in the file: to be printed once. */
export interface AppliedConfig {
  readonly newKeys: readonly { readonly app: string; readonly apiKey: string }[]
}

/**
 * Makes the records say what the file says, in one transaction; applying the same file again changes nothing. Records
 * that the file does not name stay. Throws `bad_request` with every problem, before anything is written.
 */
export async function applyConfig(
  store: SystemStore,
  declared: DeclaredConfig,
  options: CheckTools & { readonly maker: CredentialMaker },
): Promise<AppliedConfig> {
  const { types, maker } = options
  const problems = checkConfig(declared, store.snapshot(), options)
  if (problems.length > 0) {
    throw new AppError('bad_request', problems.join('\n'), { context: { problems } })
  }
  return await store.change(async (writer) => {
    for (const { config, ...service } of declared.services) {
      const type = types.find(({ name }) => name === service.type)
      await writer.upsertService({ ...service, config: resolvePaths(config, type, declared.baseDir) })
    }
    for (const role of declared.roles) await writer.upsertRole(role)
    const newKeys: { app: string; apiKey: string }[] = []
    for (const app of declared.apps) {
      const isNewWithoutKey = app.apiKey === undefined && !(await writer.hasApp(app.name))
      const apiKey = isNewWithoutKey ? maker.newApiKey() : app.apiKey
      await writer.upsertApp({ ...app, apiKey })
      if (isNewWithoutKey && apiKey) newKeys.push({ app: app.name, apiKey })
    }
    for (const tool of declared.tools ?? []) await writer.upsertTool(tool)
    return { newKeys }
  })
}
