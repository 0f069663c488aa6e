import { defineSystemResource } from '../system-resource.ts'

export const roleServiceAccess = defineSystemResource({
  name: 'role_service_access',
  description: 'A rule of a role: verbs on a component of a service, for rows that pass the filters.',
  columns: {
    role_id: { type: 'integer' },
    // Null: all services.
    service_id: { type: 'integer', allowNull: true },
    component: { type: 'string', length: 255, allowNull: true },
    verb_mask: { type: 'integer', default: 0 },
    requestor_mask: { type: 'integer', default: 0 },
    filters: { type: 'json', allowNull: true },
    filter_op: { type: 'string', length: 3, default: 'AND' },
  },
  belongsTo: { role_id: 'role', service_id: 'service' },
})
