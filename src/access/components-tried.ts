import { parseComponent } from './component.ts'
import type { AccessRule } from './rule.ts'

/** For each component of the rules about a service: the thing itself, and something below it that no other rule names. */
export function componentsTried(rules: readonly AccessRule[], service: string): string[] {
  const about = rules.filter(
    (rule) => rule.service === null || rule.service.toLowerCase() === service.toLowerCase(),
  )
  return about.flatMap(({ component }) => {
    const { isExact, text } = parseComponent(component)
    return isExact ? [text] : [text, `${text}\u0000`]
  })
}
