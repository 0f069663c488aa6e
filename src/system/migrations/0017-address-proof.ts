import { fieldOf } from '../system-resource.ts'
import type { Migration } from './migration.ts'

/** Addresses that are nothing but their owner's word; those that are there already are taken for good. */
export const addressProof: Migration = {
  version: 17,
  name: 'address-proof',
  changes: [
    {
      kind: 'add_field',
      table: 'user',
      field: fieldOf('email_proven', { type: 'boolean', default: true }),
    },
  ],
}
