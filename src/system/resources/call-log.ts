import { defineSystemResource } from '../system-resource.ts'

/** One record a call through any door; written by the server alone. */
export const callLog = defineSystemResource({
  name: 'call_log',
  description: 'Calls and refusals: who asked what, and how it ended. No values.',
  isReadOnly: true,
  isStamped: false,
  columns: {
    created_date: { type: 'timestamp' },
    door: { type: 'string', length: 8 },
    // `app:agent`, `admin:3`
    caller: { type: 'string', length: 255 },
    // An administrator who tried something as this caller.
    acted_by: { type: 'string', length: 64, allowNull: true },
    app_id: { type: 'integer', allowNull: true },
    user_id: { type: 'integer', allowNull: true },
    role: { type: 'string', length: 64, allowNull: true },
    service: { type: 'string', length: 64, allowNull: true },
    // The name of a tool.
    operation: { type: 'string', length: 100, allowNull: true },
    resource: { type: 'string', length: 255, allowNull: true },
    verb: { type: 'string', length: 8, allowNull: true },
    // `ok`, `refused`, `failed`, or `dropped` for a count of calls that are not here.
    outcome: { type: 'string', length: 8 },
    status: { type: 'integer' },
    code: { type: 'string', length: 32, allowNull: true },
    reason: { type: 'string', length: 64, allowNull: true },
    // Which rule of the role decided.
    rule: { type: 'string', length: 255, allowNull: true },
    duration_us: { type: 'integer' },
    row_count: { type: 'integer', allowNull: true },
    byte_count: { type: 'integer', allowNull: true },
    token_count: { type: 'integer', allowNull: true },
    request_id: { type: 'string', length: 64, allowNull: true },
  },
  uniqueTogether: [
    ['created_date', 'id'],
    ['service', 'id'],
    ['caller', 'id'],
  ],
})
