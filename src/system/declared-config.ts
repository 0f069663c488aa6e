import type { ServiceConfig } from './service-config.ts'
import type { RuleRecord } from './snapshot.ts'
import type { ToolInput } from './write/upsert-tool.ts'

/** What a config file declares, names in place of ids. What is left out keeps its value. */
export interface DeclaredConfig {
  /** Relative paths in a service's config are relative to this folder. */
  readonly baseDir: string
  readonly services: readonly {
    readonly name: string
    readonly type: string
    readonly label?: string | undefined
    readonly description?: string | undefined
    readonly isActive?: boolean | undefined
    readonly config: ServiceConfig
  }[]
  readonly roles: readonly {
    readonly name: string
    readonly description?: string | undefined
    readonly isActive?: boolean | undefined
    readonly rules: readonly RuleRecord[]
  }[]
  readonly apps: readonly {
    readonly name: string
    readonly description?: string | undefined
    readonly isActive?: boolean | undefined
    readonly role?: string | undefined
    readonly apiKey?: string | undefined
    /** UTC; null: never. */
    readonly expiresDate?: string | null | undefined
  }[]
  /** Absent: none. */
  readonly tools?: readonly ToolInput[]
}
