import { keepPreviousData, useQuery } from '@tanstack/react-query'
import * as z from 'zod'
import { useApi } from '../../api/api-context.ts'
import { listOf } from '../../api/wire.ts'
import { previewAnswer } from './preview-answer.ts'
import { storedRole } from './role-draft.ts'

const RULES = 'role_service_access_by_role_id'

/** All roles with their rules, by name. */
export function useRoles() {
  const api = useApi()
  return useQuery({
    queryKey: ['system', 'role', 'with rules'],
    queryFn: async ({ signal }) =>
      (
        await api.read(
          { path: 'system/role', query: { order: 'name', related: RULES, fields: '*' }, signal },
          listOf(storedRole),
        )
      ).resource,
  })
}

const service = z.object({ id: z.number(), name: z.string(), label: z.string() })
export type NamedService = z.infer<typeof service>

/** What rules can be about. */
export function useServices() {
  const api = useApi()
  return useQuery({
    queryKey: ['system', 'service', 'names'],
    queryFn: async ({ signal }) =>
      (
        await api.read(
          { path: 'system/service', query: { fields: 'id,name,label', order: 'name' }, signal },
          listOf(service),
        )
      ).resource,
  })
}

/** What rules of a service may name, in the words of the API. */
export function useComponents(name: string | undefined) {
  const api = useApi()
  return useQuery({
    queryKey: ['components', name],
    enabled: name !== undefined,
    queryFn: async ({ signal }) =>
      (
        await api.read(
          { path: encodeURIComponent(name ?? ''), query: { as_access_list: true }, signal },
          listOf(z.string()),
        )
      ).resource,
  })
}

/** A state of a role: stored, or rules that are not. */
export type RoleState =
  | { readonly role: number }
  | { readonly rules: readonly Readonly<Record<string, unknown>>[]; readonly is_active: boolean }

/** What a state of a role lets its callers see and do; the one before is shown until the next is there. */
export function usePreview(of: RoleState, compareWith: RoleState | undefined) {
  const api = useApi()
  const body = { of, ...(compareWith && { compare_with: compareWith }) }
  return useQuery({
    queryKey: ['role preview', JSON.stringify(body)],
    queryFn: ({ signal }) =>
      api.read({ verb: 'POST', path: 'system/role/preview', body, signal }, previewAnswer),
    placeholderData: keepPreviousData,
    staleTime: 0,
  })
}
