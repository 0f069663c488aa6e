import { openApp } from '../app.ts'
import type { Config } from '../config/config.ts'
import { AppError } from '../core/errors.ts'
import { didYouMean, nearest } from '../core/names.ts'

interface CreateKeyOptions {
  readonly config: Config
  readonly role: string
  /** Of the app that carries the key; made from the role's name when absent. */
  readonly name: string | undefined
  readonly print: (text: string) => void
}

/** Makes an app with a fresh key in a role. A running server on the same data folder knows it within a second. */
export async function createKey({ config, role, name, print }: CreateKeyOptions): Promise<void> {
  const app = await openApp(config)
  try {
    const { roleById, apps } = app.store.snapshot()
    const roles = [...roleById.values()]
    const found = roles.find((known) => known.name.toLowerCase() === role.toLowerCase())
    if (!found)
      throw unknownRole(
        role,
        roles.map((known) => known.name),
      )
    const taken = new Set(apps.map((known) => known.name.toLowerCase()))
    if (name !== undefined && taken.has(name.toLowerCase())) {
      throw new AppError('conflict', `There is already an app '${name}'.`, { hint: 'Choose another --name.' })
    }
    const apiKey = app.maker.newApiKey()
    const appName = name ?? freeName(found.name, taken)
    await app.store.change((writer) =>
      writer.upsertApp({ name: appName, role: found.name, isActive: true, apiKey }),
    )
    print(apiKey)
  } finally {
    await app.close()
  }
}

function freeName(role: string, taken: ReadonlySet<string>): string {
  for (let n = 1; ; n++) {
    const name = `${role}-key-${n}`
    if (!taken.has(name.toLowerCase())) return name
  }
}

function unknownRole(role: string, known: readonly string[]): AppError {
  const near = nearest(role, known)
  return new AppError('not_found', `There is no role '${role}'.`, {
    hint:
      didYouMean(near) ||
      (known.length > 0
        ? `Roles: ${known.join(', ')}.`
        : 'There are no roles yet: start the server once, or apply a config file.'),
  })
}
