import { SCREENS } from '../screens/all.ts'
import type { Screen } from '../screens/screen.ts'
import type { AccountKind } from '../session/session-store.ts'

/** The screen of an address; undefined where there is none. */
export function screenAt(pathname: string): Screen | undefined {
  return SCREENS.find(({ paths }) => paths.some((path) => fits(path, pathname)))
}

/** Those of the navigation that an account of this kind may use. */
export function screensFor(kind: AccountKind): readonly Screen[] {
  return SCREENS.filter(
    ({ isForEverybody, isUnlisted }) => !isUnlisted && (kind === 'admin' || isForEverybody === true),
  )
}

/** `/services/$name` fits `/services/demo`. */
function fits(path: string, pathname: string): boolean {
  const [wanted, given] = [path.split('/'), pathname.replace(/(?<=.)\/$/, '').split('/')]
  return (
    wanted.length === given.length &&
    wanted.every((segment, index) => segment.startsWith('$') || segment === given[index])
  )
}
