import type { Snapshot } from '../snapshot.ts'
import { registrationSettings, systemSettings } from './account-settings.ts'

/** An app that can be launched, as a page that offers it shows it (dreamfactory-rest §7.5). */
interface LaunchableApp {
  readonly id: number
  readonly name: string
  readonly description: string | null
  readonly url: string
  readonly is_default: boolean
  readonly allow_fullscreen_toggle: boolean
  readonly requires_fullscreen: boolean
  readonly toggle_location: string
}

/** What a login page needs of this instance. */
export interface PublicSettings {
  readonly allow_open_registration: boolean
  readonly open_reg_email_service_id: number | null
  readonly allow_forever_sessions: boolean
}

export function publicSettings(snapshot: Snapshot, allowForever: boolean): PublicSettings {
  const { isOpen, emailServiceId } = registrationSettings(snapshot)
  return {
    allow_open_registration: isOpen,
    open_reg_email_service_id: emailServiceId ?? null,
    allow_forever_sessions: allowForever,
  }
}

/** Active apps with a default role, for everybody; for a user also those assigned to them, for an administrator all. */
export function launchableApps(snapshot: Snapshot, userId: number | undefined): readonly LaunchableApp[] {
  const user = userId === undefined ? undefined : snapshot.userById.get(userId)
  const own = snapshot.rolesByUser.get(userId ?? 0)
  const chosen = user?.defaultAppId ?? systemSettings(snapshot).default_app_id ?? undefined
  const isAll = user?.isAdmin === true && own === undefined
  return launchable(snapshot)
    .filter(({ id, roleId }) => isAll || roleId !== undefined || own?.has(id))
    .map((app) => ({
      id: app.id,
      name: app.name,
      description: app.description ?? null,
      url: app.type === URL_TYPE ? (app.url ?? '') : '',
      is_default: app.id === chosen,
      allow_fullscreen_toggle: app.allowFullscreenToggle,
      requires_fullscreen: app.requiresFullscreen,
      toggle_location: app.toggleLocation,
    }))
}

/** dreamfactory-rest §7.2; 0: nothing to launch. */
const URL_TYPE = 2

/** Found once a snapshot: anybody may ask, and most apps are keys alone. */
function launchable(snapshot: Snapshot): Snapshot['apps'] {
  const known = FOUND.get(snapshot)
  if (known) return known
  const found = snapshot.apps.filter(({ isActive, type }) => isActive && type !== 0)
  FOUND.set(snapshot, found)
  return found
}

const FOUND = new WeakMap<Snapshot, Snapshot['apps']>()
