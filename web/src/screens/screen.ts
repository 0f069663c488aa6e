import type { LucideIcon } from 'lucide-react'
import type { ComponentType } from 'react'

/** A place of the console. */
export interface Screen {
  /** As the navigation, the page's title and the command list show it. */
  readonly title: string
  readonly icon: LucideIcon
  readonly group: ScreenGroup
  /** Its addresses, the one of the navigation first; `$name` is a parameter. */
  readonly paths: readonly [string, ...string[]]
  /** Users who are no administrators see only screens that are for everybody. */
  readonly isForEverybody?: true
  /** Reached from another screen only. */
  readonly isUnlisted?: true
  /** Typed after `g`, it goes there. */
  readonly shortcut?: string
  /** Further words by which the command list finds it. */
  readonly words?: string
  load(): Promise<ComponentType>
}

/** In the order of the navigation. */
export const SCREEN_GROUPS = ['', 'Connect', 'Govern', 'People', 'Settings'] as const
type ScreenGroup = (typeof SCREEN_GROUPS)[number]
