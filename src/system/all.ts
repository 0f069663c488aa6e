import { app } from './resources/app.ts'
import { callLog } from './resources/call-log.ts'
import { cors } from './resources/cors.ts'
import { custom } from './resources/custom.ts'
import { emailTemplate } from './resources/email-template.ts'
import { limit } from './resources/limit.ts'
import { appLookup, lookup, roleLookup, userLookup } from './resources/lookup.ts'
import { role } from './resources/role.ts'
import { roleServiceAccess } from './resources/role-service-access.ts'
import { service } from './resources/service.ts'
import { serviceDoc } from './resources/service-doc.ts'
import { tool } from './resources/tool.ts'
import { admin, user } from './resources/user.ts'
import { userCustom } from './resources/user-custom.ts'
import { userToAppToRole } from './resources/user-to-app-to-role.ts'
import type { SystemResource } from './system-resource.ts'

/** Every kind of record, those that others refer to first. */
export const systemResources: readonly SystemResource[] = [
  service,
  serviceDoc,
  role,
  roleServiceAccess,
  app,
  user,
  admin,
  userToAppToRole,
  lookup,
  roleLookup,
  appLookup,
  userLookup,
  userCustom,
  emailTemplate,
  cors,
  custom,
  limit,
  tool,
  callLog,
]
