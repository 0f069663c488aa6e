/**
 * What is photographed: `waitFor` is a text of the page that is there when it is ready; `prepare(page)` opens what is worth seeing.
 * Add a line for each screen.
 */
export const SCREENSHOTS = [
  { name: 'sign-in', path: '/', waitFor: 'Sign in to Sluice', isSignedOut: true },
  { name: 'overview', path: '/', waitFor: 'Demo shop' },
  { name: 'lookups', path: '/lookups', waitFor: 'region' },
  { name: 'lookup-form', path: '/lookups?edit=new', waitFor: 'New lookup' },
  { name: 'cors', path: '/cors', waitFor: 'There is no rule yet' },
  { name: 'profile', path: '/profile', waitFor: 'Shown name' },
]

/** What there is in the pictures besides the demo. */
export async function WORLD({ call }) {
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
