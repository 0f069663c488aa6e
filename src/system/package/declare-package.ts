import { limitsFromWire } from '../../core/rule-limits.ts'
import { checkKnown } from '../check-config.ts'
import type { DeclaredConfig } from '../declared-config.ts'
import { resolveLookups } from '../service/resolve-lookups.ts'
import type { ConfiguredType } from '../service-config.ts'
import type { Snapshot } from '../snapshot.ts'
import type { LookupInput } from '../write/upsert-lookups.ts'
import type { ToolInput } from '../write/upsert-tool.ts'
import type { UserInput } from '../write/upsert-user.ts'
import { escapingPaths, type ReferenceValues, resolveReferences } from './config-references.ts'
import type { ConfigPackage, PackagedLookup } from './package-format.ts'
import { lookupsOf, resolveLookupValues } from './package-lookups.ts'
import { aliasProblems, type PackagedTable, servicesOf } from './packaged-table.ts'

interface Owned {
  /** Absent: they stay as they are. */
  readonly lookups?: readonly LookupInput[] | undefined
}

/** A package in the words of a config file, references replaced. */
export interface DeclaredPackage extends DeclaredConfig {
  readonly roles: readonly (DeclaredConfig['roles'][number] & Owned)[]
  readonly apps: readonly (DeclaredConfig['apps'][number] & Owned)[]
  readonly users: readonly (UserInput & Owned)[]
  readonly tools: readonly ToolInput[]
  readonly lookups: readonly LookupInput[]
}

interface Surroundings {
  readonly types: readonly ConfiguredType[]
  readonly references: ReferenceValues
  readonly dataDir: string
}

/** Problems are sentences with their place in the package. */
export function declarePackage(
  given: ConfigPackage,
  snapshot: Snapshot,
  { types, references, dataDir }: Surroundings,
): { readonly declared: DeclaredPackage; readonly problems: readonly string[] } {
  const problems: string[] = []
  const { userByEmail } = snapshot
  const roleByName = named([...snapshot.roleById.values()])
  const appByName = named(snapshot.apps)
  const resolve = (
    lookups: readonly PackagedLookup[],
    owner: Parameters<typeof lookupsOf>[1],
    at: string,
  ) => {
    const resolved = resolveLookupValues(lookups, lookupsOf(snapshot, owner), { values: references, at })
    problems.push(...resolved.problems)
    return resolved.lookups
  }
  /** `id` of the owner; undefined for one that is new, who has none yet. */
  const owned = (
    lookups: readonly PackagedLookup[] | undefined,
    column: 'roleId' | 'appId' | 'userId',
    id: number | undefined,
    at: string,
  ) => lookups && resolve(lookups, { [column]: id ?? NOBODY }, at)

  const serviceNames = [...snapshot.services, ...given.services].map(({ name }) => name)
  const tableProblems = (tables: Readonly<Record<string, PackagedTable>>, at: string) => [
    ...aliasProblems(tables, at),
    ...Object.entries(tables).flatMap(([name, table]) =>
      servicesOf(table).flatMap((service) =>
        checkKnown(service, serviceNames, 'service', `${at}.tables.${name}.virtual_relations`),
      ),
    ),
  ]
  const lookupList = resolve(given.lookups, {}, '')
  const lookupValues = valuesOf(snapshot, lookupList)
  const declared: DeclaredPackage = {
    baseDir: dataDir,
    services: given.services.map(({ is_active: isActive, description, config, tables, ...service }, at) => {
      const type = types.find(({ name }) => name === service.type)
      const stored = snapshot.serviceByName.get(service.name.toLowerCase())?.config
      const resolved = resolveReferences(config, stored, references)
      const open = resolveLookups(config, lookupValues)
      const found = [...escapingPaths(open, type), ...resolved.problems]
      problems.push(...found.map((problem) => `services[${at}].${problem}`))
      problems.push(...tableProblems(tables ?? {}, `services[${at}]`))
      return { ...service, isActive, description: description ?? undefined, config: resolved.config }
    }),
    roles: given.roles.map(({ name, description, is_active: isActive, ...role }, at) => ({
      name,
      isActive,
      description: description ?? undefined,
      rules: role.service_access.map(ruleOf),
      lookups: owned(role.lookups, 'roleId', roleByName.get(name.toLowerCase())?.id, `roles[${at}].`),
    })),
    apps: given.apps.map(
      ({ name, description, is_active: isActive, role, expires_date: expiresDate, lookups }, at) => ({
        name,
        isActive,
        expiresDate,
        description: description ?? undefined,
        role: role ?? undefined,
        lookups: owned(lookups, 'appId', appByName.get(name.toLowerCase())?.id, `apps[${at}].`),
      }),
    ),
    users: given.users.map((user, at) => ({
      email: user.email,
      name: user.name,
      username: user.username,
      firstName: user.first_name ?? undefined,
      lastName: user.last_name ?? undefined,
      isActive: user.is_active,
      roles: user.roles,
      lookups: owned(user.lookups, 'userId', userByEmail.get(user.email)?.id, `users[${at}].`),
    })),
    tools: given.tools.map(({ is_active: isActive, ...tool }) => ({ ...tool, isActive })),
    lookups: lookupList,
  }
  return { declared, problems: [...problems, ...userProblems(declared, snapshot)] }
}

/** As the configs of services will have them. */
function valuesOf({ configLookups }: Snapshot, lookups: readonly LookupInput[]): ReadonlyMap<string, string> {
  const given = lookups.flatMap(({ name, value }): [string, string][] =>
    typeof value === 'string' ? [[name.toLowerCase(), value]] : [],
  )
  return new Map([...configLookups, ...given])
}

/** An id that no record has. */
const NOBODY = -1

function named<T extends { readonly name: string }>(records: readonly T[]): ReadonlyMap<string, T> {
  return new Map(records.map((record) => [record.name.toLowerCase(), record]))
}

function ruleOf(rule: ConfigPackage['roles'][number]['service_access'][number]) {
  return {
    service: rule.service,
    component: rule.component ?? '',
    verbMask: rule.verb_mask,
    requestorMask: rule.requestor_mask,
    filters: rule.filters ?? [],
    filterOp: rule.filter_op,
    ...(rule.fields && { fields: rule.fields }),
    ...(rule.limits && { limits: limitsFromWire(rule.limits) }),
    ...(rule.confirm && { confirm: rule.confirm }),
  }
}

function userProblems({ users, roles, apps }: DeclaredPackage, snapshot: Snapshot): string[] {
  const roleNames = [...snapshot.roleById.values(), ...roles].map(({ name }) => name)
  const appNames = [...snapshot.apps, ...apps].map(({ name }) => name)
  return users.flatMap(({ email, roles: mapped = [] }, at) => {
    const twice = mapped.filter(
      ({ app }, index) => mapped.findIndex((one) => one.app.toLowerCase() === app.toLowerCase()) !== index,
    )
    return [
      ...usernameProblems(at, users, snapshot),
      ...(snapshot.userByEmail.get(email)?.isAdmin
        ? [`users[${at}].email: '${email}' is an administrator, and administrators come in no package.`]
        : []),
      ...twice.map(({ app }) => `users[${at}].roles: the app '${app}' comes twice.`),
      ...mapped.flatMap(({ app, role }, index) => [
        ...checkKnown(app, appNames, 'app', `users[${at}].roles[${index}].app`),
        ...checkKnown(role, roleNames, 'role', `users[${at}].roles[${index}].role`),
      ]),
    ]
  })
}

/** Who is given none has the address as one. */
function usernameProblems(
  at: number,
  users: DeclaredPackage['users'],
  { userById, userByEmail }: Snapshot,
): string[] {
  const nameOf = ({ email, username }: UserInput) =>
    (username ?? userByEmail.get(email)?.username ?? email).toLowerCase()
  const [user] = users.slice(at)
  if (!user) return []
  const name = nameOf(user)
  const inPackage = new Set(users.map(({ email }) => email))
  const isTaken =
    users.some((other, index) => index < at && nameOf(other) === name) ||
    [...userById.values()].some(
      ({ email, username }) => !inPackage.has(email) && username.toLowerCase() === name,
    )
  return isTaken ? [`users[${at}].username: '${name}' has already been taken.`] : []
}
