import { initial } from './0001-initial.ts'
import { appLaunch } from './0002-app-launch.ts'
import { systemApi } from './0003-system-api.ts'
import { sessions } from './0004-sessions.ts'
import { accountCodes } from './0005-account-codes.ts'
import { schemaExtras } from './0006-schema-extras.ts'
import { limitResets } from './0007-limit-resets.ts'
import { accountConfirmation } from './0008-account-confirmation.ts'
import { changeLog } from './0009-change-log.ts'
import { userCustom } from './0010-user-custom.ts'
import { idempotency } from './0011-idempotency.ts'
import { attempts } from './0012-attempts.ts'
import { imports } from './0013-imports.ts'

import { roleSessions } from './0014-role-sessions.ts'

import { confirmedWrites } from './0015-confirmed-writes.ts'

import { importChunks } from './0016-import-chunks.ts'
import { addressProof } from './0017-address-proof.ts'
import { oauth } from './0018-oauth.ts'
import { customTools } from './0019-custom-tools.ts'
import { browserSessions } from './0020-browser-sessions.ts'
import { callLog } from './0021-call-log.ts'
import { keyDates } from './0022-key-dates.ts'
import { ruleFieldNames } from './0023-rule-fields.ts'
import { oauthConnections } from './0024-oauth-connections.ts'
import type { Migration } from './migration.ts'

/** In order of version. */
export const migrations: readonly Migration[] = [
  initial,
  appLaunch,
  systemApi,
  sessions,
  accountCodes,
  schemaExtras,
  limitResets,
  accountConfirmation,
  changeLog,
  userCustom,
  idempotency,
  attempts,
  imports,
  roleSessions,
  confirmedWrites,
  importChunks,
  addressProof,
  oauth,
  customTools,
  browserSessions,
  callLog,
  keyDates,
  ruleFieldNames,
  oauthConnections,
]
