/**
 * What is photographed: `waitFor` is a text of the page that is there when it is ready; `prepare(page)` opens what is worth seeing.
 * Add a line for each screen.
 */
export const SCREENSHOTS = [
  { name: 'sign-in', path: '/', waitFor: 'Sign in to Sluice', isSignedOut: true },
  { name: 'overview', path: '/', waitFor: 'No database server answers' },
  { name: 'services', path: '/services', waitFor: 'Of the server itself' },
  { name: 'service', path: '/services/demo', waitFor: 'Switched on' },
  {
    name: 'service-clients',
    path: '/services/demo',
    waitFor: 'Switched on',
    prepare: async (page) => {
      await page.getByRole('tab', { name: 'Connect agents' }).click()
      await page.getByText('Client configuration').waitFor()
    },
  },
  { name: 'connect', path: '/connect', waitFor: 'PostgreSQL' },
  { name: 'connect-pgsql', path: '/connect/pgsql', waitFor: 'More settings' },
  { name: 'roles', path: '/roles', waitFor: 'demo-reader' },
  {
    name: 'role',
    path: '/roles/demo-reader',
    waitFor: 'tools, about',
    prepare: async (page) => {
      await page.getByRole('checkbox', { name: 'Delete: rule 1' }).check()
      await page.getByText('Rule 1 opens more').waitFor()
    },
  },
  {
    name: 'role-rows',
    path: '/roles/demo-reader',
    waitFor: 'tools, about',
    prepare: async (page) => {
      await page.getByRole('button', { name: /^Rows, columns and limits of rule 1/ }).click()
      await page.getByRole('button', { name: 'Add a condition' }).click()
    },
  },
  { name: 'data', path: '/data/demo/orders', waitFor: 'delivered' },
  { name: 'schema', path: '/schema/demo', waitFor: 'customers' },
  { name: 'schema-table', path: '/schema/demo/orders', waitFor: 'customer_id' },
  { name: 'keys', path: '/keys', waitFor: 'demo-reader' },
  {
    name: 'key',
    path: '/keys',
    waitFor: 'demo-reader',
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Key and client configuration: demo-reader' }).click()
      await page.getByText('Paste it').waitFor()
    },
  },
  { name: 'call-log', path: '/call-log?caller=demo-reader', waitFor: 'Refused 403' },
  { name: 'try', path: '/try', waitFor: 'Arguments (JSON)' },
  { name: 'users', path: '/users', waitFor: 'ann@example.com' },
  { name: 'user-form', path: '/users?edit=new', waitFor: 'New user' },
  { name: 'administrators', path: '/administrators', waitFor: 'admin@example.com' },
  { name: 'connections', path: '/connections', waitFor: 'No program is connected' },
  { name: 'limits', path: '/limits', waitFor: 'per caller' },
  { name: 'limit-form', path: '/limits?edit=new', waitFor: 'New limit' },
  { name: 'email-templates', path: '/email-templates', waitFor: 'User Invite Default' },
  { name: 'cache', path: '/cache', waitFor: 'Demo shop' },
  {
    name: 'packages',
    path: '/packages',
    waitFor: 'Zip file',
    prepare: async (page) => {
      const roles = [
        { name: 'demo-reader', description: 'Reads what the shop sells', is_active: true },
        { name: 'support', is_active: true, service_access: [] },
      ]
      const text = JSON.stringify({ format: 'dreamfactory.config/v1', roles })
      const file = { name: 'sluice-config.json', mimeType: 'application/json', buffer: Buffer.from(text) }
      await page.locator('input[type=file]').setInputFiles(file)
      await page.getByText('Adds').waitFor()
    },
  },
  { name: 'api-docs', path: '/api-docs', waitFor: 'OpenAPI 3.1' },
  {
    name: 'go-to',
    path: '/',
    waitFor: 'Demo shop',
    prepare: async (page) => {
      await page.keyboard.press('Control+K')
      await page.getByLabel('Name of a screen').waitFor()
    },
  },
  {
    name: 'delete-step',
    path: '/lookups',
    waitFor: 'region',
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Delete the lookup region' }).click()
      await page.getByText('Delete region').waitFor()
    },
  },
  { name: 'lookups', path: '/lookups', waitFor: 'region' },
  { name: 'lookup-form', path: '/lookups?edit=new', waitFor: 'New lookup' },
  { name: 'cors', path: '/cors', waitFor: 'There is no rule yet' },
  { name: 'profile', path: '/profile', waitFor: 'Shown name' },
]

/** What there is in the pictures besides the demo. */
export async function WORLD({ call }) {
  await call('POST', 'system/user', {
    resource: [
      { email: 'ann@example.com', name: 'Ann Larsen', is_active: true, password: 'a-long-enough-password' },
      { email: 'bo@example.com', name: 'Bo Nilsen', is_active: false },
    ],
  })
  await call('POST', 'system/limit', {
    resource: [
      { name: 'per caller', type: 'instance.each_user', rate: 1000, period: 'minute' },
      { name: 'shop a day', type: 'instance.service', service_id: 3, rate: 50000, period: 'day' },
    ],
  })
  await call('POST', 'system/service', {
    resource: [
      {
        name: 'warehouse',
        label: 'Warehouse',
        type: 'pgsql',
        is_active: true,
        config: { host: '127.0.0.1', port: 1, database: 'stock', username: 'sluice', password: 'not-shown' },
      },
    ],
  })
  await call('POST', 'system/app', { resource: [{ name: 'night-report', is_active: true }] })
  const { resource } = await call('GET', 'system/app?filter=name=demo-reader&fields=api_key')
  await call('GET', 'demo/_table/orders?limit=5', undefined, resource[0].api_key)
  await call('DELETE', 'demo/_table/orders/1', undefined, resource[0].api_key).catch(() => {})
  for (const path of ['demo/_table/orders?limit=5', 'demo/_table/customers?limit=5']) await call('GET', path)
  await call('POST', 'system/lookup', {
    resource: [
      { name: 'region', value: 'north', description: 'Row filters of the sales roles' },
      {
        name: 'warehouse_password',
        value: 'not-shown',
        private: true,
        description: 'Of the service warehouse',
      },
    ],
  })
}
