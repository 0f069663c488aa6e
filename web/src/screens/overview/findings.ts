import { dateOfUtc } from '../../api/moment.ts'
import { type OverviewKey, type OverviewRole, type OverviewService, reachOf } from './overview-data.ts'
import type { Day } from './use-day.ts'

/** Of the console. */
interface Place {
  readonly to: string
  readonly search?: Readonly<Record<string, string>>
}

/** Something that wants a decision, and where it is made. */
export interface Finding {
  readonly key: string
  readonly status: 'warn' | 'bad'
  readonly text: string
  readonly link: Place & { readonly label: string }
}

interface Facts {
  readonly services: readonly OverviewService[]
  /** Names of services that do not answer. */
  readonly silent: readonly string[]
  readonly roles: readonly OverviewRole[]
  readonly keys: readonly OverviewKey[]
  readonly day: Day | undefined
  /** Milliseconds since 1970. */
  readonly now: number
}

/** The worst first. */
export function findingsOf(facts: Facts): readonly Finding[] {
  return [...ofConnections(facts), ...ofReach(facts), ...ofKeys(facts), ...ofDay(facts)].toSorted(
    (left, right) => ORDER[left.status] - ORDER[right.status],
  )
}

const ORDER = { bad: 0, warn: 1 } as const
const WEEK_MS = 7 * 86_400_000

function ofConnections({ services, silent }: Facts): readonly Finding[] {
  if (services.length === 0)
    return [
      {
        key: 'no service',
        status: 'warn',
        text: 'No database is connected yet.',
        link: { to: '/connect', label: 'Connect one' },
      },
    ]
  return silent.map((name) => ({
    key: `silent ${name}`,
    status: 'bad',
    text: `${name} does not answer: calls to it fail.`,
    link: { to: `/services/${name}`, label: 'Check its connection' },
  }))
}

function ofReach({ services, roles, keys }: Facts): readonly Finding[] {
  return services
    .filter(({ is_active }) => is_active)
    .flatMap((service): Finding[] => {
      const reach = reachOf(service, roles, keys)
      if (reach.roles.length === 0)
        return [
          {
            key: `unreached ${service.name}`,
            status: 'warn',
            text: `No role can reach ${service.name}: only administrators see it.`,
            link: { to: '/roles', label: 'Make a role' },
          },
        ]
      if (reach.keys.length > 0) return []
      return [
        {
          key: `no key ${service.name}`,
          status: 'warn',
          text: `No key has a role that reaches ${service.name}.`,
          link: { to: '/keys', label: 'Make a key' },
        },
      ]
    })
}

function ofKeys({ keys, roles, now }: Facts): readonly Finding[] {
  const off = new Set(roles.filter(({ is_active }) => !is_active).map(({ id }) => id))
  return keys
    .filter(({ is_active }) => is_active)
    .flatMap(({ id, name, role_id, expires_date }): Finding[] => {
      const link = { to: '/keys', label: 'Open the keys' }
      const made = (what: string, text: string, status: Finding['status'] = 'warn'): Finding[] => [
        { key: `${what} ${id}`, status, text, link },
      ]
      const leftMs = expires_date ? dateOfUtc(expires_date).getTime() - now : Number.POSITIVE_INFINITY
      if (leftMs <= 0) return made('expired', `The key ${name} has expired: its calls are refused.`, 'bad')
      if (role_id === null) return made('bare', `The key ${name} has no role: its calls are refused.`)
      if (off.has(role_id)) return made('off', `The role of the key ${name} is switched off.`)
      if (leftMs < WEEK_MS) return made('expires', `The key ${name} expires within a week.`)
      return []
    })
}

function ofDay({ day }: Facts): readonly Finding[] {
  if (!day || day.refused === 0) return []
  const text = `${day.refused.toLocaleString('en')} ${day.refused === 1 ? 'call was' : 'calls were'} refused in the last day.`
  return [
    {
      key: 'refused',
      status: 'warn',
      text,
      link: { to: '/call-log', search: { outcome: 'refused' }, label: 'See why' },
    },
  ]
}
