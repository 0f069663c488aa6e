import { app } from './resources/app.ts'
import { role } from './resources/role.ts'
import { roleServiceAccess } from './resources/role-service-access.ts'
import { service } from './resources/service.ts'
import { user } from './resources/user.ts'
import type { SystemResource } from './system-resource.ts'

/** Every kind of record, those that others refer to first. */
export const systemResources: readonly SystemResource[] = [service, role, roleServiceAccess, app, user]
