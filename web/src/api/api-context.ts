import { createContext, use } from 'react'
import type { Api } from './api.ts'

export const ApiContext = createContext<Api | undefined>(undefined)

/** The API of this page. */
export function useApi(): Api {
  const api = use(ApiContext)
  if (!api) throw new Error('useApi stands outside of the console.')
  return api
}
