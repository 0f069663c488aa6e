import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { CustomTool } from '../core/custom-tool.ts'
import type { Json } from '../core/database/value.ts'
import { AppError } from '../core/errors.ts'
import { VERB_BIT } from '../core/policy.ts'
import { limitsFromWire, type RuleLimits } from '../core/rule-limits.ts'
import { problemsOf, refusedNames } from './file-problems.ts'
import { type FileContents, fileSchema } from './file-schema.ts'
import { parseJsonText } from './json-text.ts'
import { substituteEnvironment } from './substitute.ts'

/** What a `--config` file declares; `${ENV}` already replaced. */
export interface ConfigFile {
  /** The file's folder: relative paths in it are relative to this. */
  readonly baseDir: string
  readonly services: readonly {
    readonly name: string
    readonly type: string
    readonly label?: string | undefined
    readonly description?: string | undefined
    readonly isActive?: boolean | undefined
    readonly config: { readonly [key: string]: Json }
  }[]
  readonly roles: readonly {
    readonly name: string
    readonly description?: string | undefined
    readonly isActive?: boolean | undefined
    readonly rules: readonly ConfigRule[]
  }[]
  readonly apps: readonly {
    readonly name: string
    readonly description?: string | undefined
    readonly isActive?: boolean | undefined
    readonly role: string
    readonly apiKey?: string | undefined
    readonly expiresDate?: string | null | undefined
  }[]
  /** Tools of the MCP door. */
  readonly tools: readonly DeclaredTool[]
  readonly identityProviders: readonly TrustedProvider[]
  readonly oauthClients: readonly NamedClient[]
}

interface DeclaredTool extends CustomTool {
  /** By name. */
  readonly service: string
  readonly isActive?: boolean | undefined
}

/** A program that may connect people by the authorization server, named by an administrator. */
interface NamedClient {
  readonly clientId: string
  readonly name: string
  readonly redirectUris: readonly string[]
  readonly secret?: string | undefined
}

/** An OpenID provider whose access tokens are accepted, and what its claims mean here. */
export interface TrustedProvider {
  readonly issuer: string
  readonly jwksUri?: string | undefined
  readonly audience: readonly string[]
  readonly algorithms: readonly string[]
  readonly roleClaim: string
  readonly roles: readonly { readonly value: string; readonly role: string }[]
  readonly scopes: 'required' | 'ignored'
  readonly lookups: Readonly<Record<string, string>>
}

interface ConfigRule {
  /** Null: all services. */
  readonly service: string | null
  readonly component: string
  readonly verbMask: number
  readonly requestorMask: number
  readonly filters: readonly {
    readonly name: string
    readonly operator: string
    readonly value?: string | number | boolean | null | readonly (string | number)[] | undefined
  }[]
  readonly filterOp: 'AND' | 'OR'
  readonly fields?: readonly string[] | undefined
  readonly limits?: RuleLimits | undefined
  readonly confirm?: string | undefined
}

/**
 * Reads and checks the file. Throws `bad_request` that names the file and every problem with its JSON path, `not_found`
 * when there is no file.
 */
export async function readConfigFile(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ConfigFile> {
  const parsed = parseJsonText(await readText(path))
  if ('problem' in parsed) {
    const { line, column, expected } = parsed.problem
    throw refusal(path, [`Line ${line}, column ${column}: expected ${expected}.`])
  }
  const { value, problems } = substituteEnvironment(parsed.value, env)
  const checked = fileSchema.safeParse(value)
  if (!checked.success) throw refusal(path, [...problems, ...problemsOf(checked.error, value)])
  const found = [...problems, ...refusedNames(checked.data)]
  if (found.length > 0) throw refusal(path, found)
  return toConfigFile(checked.data, dirname(resolve(path)))
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    const [code, why] = isMissing
      ? (['not_found', 'is not there'] as const)
      : (['bad_request', 'cannot be read'] as const)
    throw new AppError(code, `The config file ${path} ${why}.`, {
      hint: 'Name an existing file with --config or SLUICE_CONFIG.',
      cause,
    })
  }
}

function refusal(path: string, problems: readonly string[]): AppError {
  return new AppError('bad_request', [`The config file ${path} cannot be used:`, ...problems].join('\n  '), {
    context: { problems },
  })
}

function toConfigFile(
  { services, roles, apps, tools, identity_providers, oauth_clients }: FileContents,
  baseDir: string,
): ConfigFile {
  return {
    baseDir,
    services: services.map(({ is_active: isActive, ...service }) => ({ ...service, isActive })),
    roles: roles.map(({ is_active: isActive, access, ...role }) => ({
      ...role,
      isActive,
      rules: access.map(toRule),
    })),
    apps: apps.map(({ is_active: isActive, api_key: apiKey, expires_date: expiresDate, ...app }) => ({
      ...app,
      isActive,
      apiKey,
      expiresDate,
    })),
    tools: tools.map(({ is_active: isActive, ...tool }) => ({ ...tool, isActive })),
    identityProviders: identity_providers.map(
      ({ jwks_uri: jwksUri, role_claim: roleClaim, ...provider }) => ({
        ...provider,
        jwksUri,
        roleClaim,
      }),
    ),
    oauthClients: oauth_clients.map((client) => ({
      clientId: client.client_id,
      name: client.client_name ?? client.client_id,
      redirectUris: client.redirect_uris,
      secret: client.client_secret,
    })),
  }
}

function toRule(access: FileContents['roles'][number]['access'][number]): ConfigRule {
  const {
    service,
    component,
    verbs = [],
    verb_mask: mask,
    filters,
    filter_op: filterOp,
    fields,
    limits,
    confirm,
  } = access
  return {
    service: service === '*' ? null : service,
    component,
    verbMask: mask ?? verbs.reduce((sum, verb) => sum | VERB_BIT[verb], 0),
    requestorMask: access.requestor_mask,
    filters,
    filterOp,
    ...(fields && { fields }),
    ...(limits && { limits: limitsFromWire(limits) }),
    ...(confirm !== undefined && { confirm }),
  }
}
