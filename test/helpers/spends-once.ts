import type { Services } from '../../src/core/service.ts'

/** Codes that hold once, as one process knows them. */
export function spendsOnce(): Services['spend'] {
  const spent = new Set<string>()
  return async (code) => {
    const isFirst = !spent.has(code)
    spent.add(code)
    return isFirst
  }
}
