import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import * as z from 'zod'
import { useApi } from '../api/api-context.ts'
import { SignInPage } from './sign-in-page.tsx'

const setupState = z.object({
  is_required: z.boolean(),
  least_password: z.number().optional(),
})

/** Seen once in the life of a server: not a part of the first load. */
const FirstRunPage = lazy(async () => ({ default: (await import('./first-run-page.tsx')).FirstRunPage }))

/** The sign-in, or, where there is no administrator yet, the page that makes the first one. */
export function DoorOfConsole({ reason }: { readonly reason: string | undefined }) {
  const api = useApi()
  const setup = useQuery({
    queryKey: ['setup'],
    queryFn: ({ signal }) => api.read({ path: 'system/setup', signal }, setupState),
  })
  if (setup.data?.is_required)
    return (
      <Suspense>
        <FirstRunPage leastPassword={setup.data.least_password ?? 0} />
      </Suspense>
    )
  return <SignInPage reason={reason} />
}
