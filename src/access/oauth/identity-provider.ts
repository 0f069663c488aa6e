import { createHash } from 'node:crypto'
import { AppError } from '../../core/errors.ts'
import type { RoleAccount } from '../accounts.ts'
import type { Lookups } from '../rule.ts'
import type { ReadToken, TokenIssuer } from './access-token.ts'
import { providerKeys } from './provider-keys.ts'
import { verifyJwt } from './verify-jwt.ts'

/** An OpenID provider whose access tokens are accepted, and what its claims mean here. */
export interface IdentityProvider {
  readonly issuer: string
  readonly jwksUri?: string | undefined
  /** What its tokens may be made for, besides the addresses of this server. */
  readonly audience: readonly string[]
  /** Of signatures; asymmetric ones. */
  readonly algorithms: readonly string[]
  /** A claim, or a path of claims with dots. */
  readonly roleClaim: string
  /** The first whose value the claim has gives the role. */
  readonly roles: readonly { readonly value: string; readonly role: string }[]
  readonly scopes: 'required' | 'ignored'
  /** Names of lookups, and the claims that hold their values. */
  readonly lookups: Readonly<Record<string, string>>
}

export function providerIssuer(provider: IdentityProvider): TokenIssuer {
  const { issuer, audience, algorithms, scopes } = provider
  const key = providerKeys(provider)
  return {
    issuer,
    audiences: audience,
    read: (token) => verifyJwt(token, { issuer, algorithms, key, hasScopes: scopes === 'required' }),
    callerOf({ claims }, { accounts, callers }) {
      const role = roleOf(provider, claims, accounts.roleById)
      return callers.holderOf(role, { label: labelOf(issuer, claims), lookups: lookupsOf(provider, claims) })
    },
  }
}

function roleOf(
  { roleClaim, roles }: IdentityProvider,
  claims: ReadToken['claims'],
  roleById: ReadonlyMap<number, RoleAccount>,
): RoleAccount {
  const values = [claimAt(claims, roleClaim)].flat().filter(isPlain).map(String)
  const named = roles.find(({ value }) => values.includes(value))?.role.toLowerCase()
  const role = [...roleById.values()].find(({ name }) => name.toLowerCase() === named)
  if (role) return role
  throw new AppError(
    'forbidden',
    `The access token gives no role: its claim '${roleClaim}' names none of this server.`,
    {
      context: { reason: 'no_role' },
      hint: 'An administrator of this server maps values of that claim to roles.',
    },
  )
}

/** A claim that is not there is null: else a lookup of the same name, of the role or the system, would stand for its holder. */
function lookupsOf({ lookups }: IdentityProvider, claims: ReadToken['claims']): Lookups {
  return new Map(
    Object.entries(lookups).map(([name, claim]) => {
      const value = claimAt(claims, claim)
      return [name.toLowerCase(), isPlain(value) ? value : null] as const
    }),
  )
}

function isPlain(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}

/** Claims may have dots in their own names: those come first. */
function claimAt(claims: ReadToken['claims'], path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path]
  return path.split('.').reduce<unknown>((at, name) => {
    return typeof at === 'object' && at !== null && Object.hasOwn(at, name)
      ? Reflect.get(at, name)
      : undefined
  }, claims)
}

/** Tells holders apart without telling who they are. */
function labelOf(issuer: string, { sub }: ReadToken['claims']): string {
  return `holder:${createHash('sha256')
    .update(JSON.stringify([issuer, sub]))
    .digest('hex')
    .slice(0, 16)}`
}
