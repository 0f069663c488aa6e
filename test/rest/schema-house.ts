import { afterAll, beforeAll, expect } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

export const ROLES = {
  /** May do everything to schemas, and reads orders. */
  builder: [
    { component: '_schema/*', verbs: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] },
    { component: '_schema/secret_salaries', verbs: [] },
    {
      component: '_table/orders',
      verbs: ['GET'],
      filters: [{ name: 'status', operator: '=', value: 'paid' }],
    },
    { component: '_table/customers', verbs: ['GET'] },
    { component: '_table/todo', verbs: ['GET', 'POST', 'PATCH', 'DELETE'] },
  ],
  /** Reads schemas. */
  reader: [
    { component: '_schema/*', verbs: ['GET'] },
    { component: '_table/*', verbs: ['GET'] },
  ],
}

export let house: House
let admin: Record<string, string>

/** A house with an administrator, for the tests of a file. */
export function useSchemaHouse(): void {
  beforeAll(async () => {
    house = await openHouse(ROLES)
    const { body } = await house.rest('POST', '/api/v2/system/admin/session', {
      body: { email: 'admin@example.com', password: 'a-long-enough-password' },
    })
    admin = { 'x-dreamfactory-session-token': (body as { session_token: string }).session_token }
  })
  afterAll(() => house.close())
}

/** As the administrator, or with the key of a role. */
export const ask = (method: string, path: string, body?: object, role?: keyof typeof ROLES) =>
  house.rest(method, `/api/v2/shop/${path}`, {
    ...(body && { body }),
    ...(role ? { key: keyOf(role) } : { headers: admin }),
  })
export const message = ({ body }: { body: unknown }) => (body as { error: { message: string } }).error.message
export const fieldsOf = async (table: string) => {
  const { body } = await ask('GET', `_schema/${table}`)
  return (body as { field: { name: string }[] }).field
}
export const TODO = {
  name: 'todo',
  label: 'To do',
  field: [
    { name: 'id', type: 'id' },
    { name: 'title', type: 'string', size: 50 },
    { name: 'done', type: 'boolean', default: false },
    {
      name: 'customer_id',
      type: 'reference',
      ref_table: 'customers',
      ref_field: 'id',
      ref_on_delete: 'SET NULL',
      allow_null: true,
    },
    { name: 'made', type: 'timestamp_on_create' },
    { name: 'maker', type: 'user_id_on_create', allow_null: true },
    { name: 'points', type: 'integer', allow_null: true },
  ],
}
export async function freshTodo(): Promise<void> {
  await ask('DELETE', '_schema/todo?force=true')
  expect(await ask('POST', '_schema', { resource: [TODO] })).toMatchObject({
    status: 200,
    body: { resource: [{ name: 'todo' }] },
  })
}
