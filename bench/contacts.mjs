/** The table that the server engines are measured on, and what is asked of it. */
import { compare, median, report } from './rounds.mjs'
import { mcpTarget, restTarget, toolsTarget } from './sluice.mjs'

export const ROWS = 100_000
export const SERVICE = 'crm'
/** The role of the measured key sees active contacts, and may add to the inbox. */
export const RULES = [
  {
    component: '_table/contacts/*',
    verbs: ['GET'],
    filters: [{ name: 'active', operator: '=', value: true }],
  },
  { component: '_table/inbox/*', verbs: ['GET', 'POST'] },
]
export const FIELDS = [
  'first_name',
  'last_name',
  'email',
  'company',
  'city',
  'score',
  'balance',
  'active',
  'created_at',
]

const AFTER = Array.from({ length: 100 }, (_, page) => page * 937)

/** 25 rows of one hundred different pages. */
export async function measureLists(server, raw, goals) {
  const rates = await compare({
    raw: { ...raw, requests: AFTER.map((after) => ({ method: 'GET', path: `/contacts?after=${after}` })) },
    rest: restTarget(
      server,
      AFTER.map(
        (after) => `${SERVICE}/_table/contacts?limit=25&filter=${encodeURIComponent(`id > ${after}`)}`,
      ),
    ),
    mcp: mcpTarget(
      server,
      SERVICE,
      'get_table_data',
      AFTER.map((after) => ({ table_name: 'contacts', filter: `id > ${after}`, limit: 25 })),
    ),
  })
  report(`25-row reads of ${ROWS} contacts, 10 connections`, rates, goals)
}

/** The catalogue: how long one request takes that nothing else runs beside, in milliseconds, and its CPU time. */
export async function measureTools(server, goalMs) {
  const { raw: turns } = await compare({ raw: toolsTarget(server, SERVICE) }, { connections: 1 })
  const ms = median(turns.map(({ rate }) => 1000 / rate))
  const cpuUs = median(turns.map((turn) => turn.cpuUs))
  console.log(`tools/list: ${ms.toFixed(2)} ms (target ${goalMs}), ${cpuUs.toFixed(0)} us CPU each`)
}

/** One row by its key; keys of active contacts. */
export async function measureOne(server, raw, goals) {
  const ids = AFTER.map((_, page) => page * 1000 + 1)
  const rates = await compare({
    raw: { ...raw, requests: ids.map((id) => ({ method: 'GET', path: `/contacts/${id}` })) },
    rest: restTarget(
      server,
      ids.map((id) => `${SERVICE}/_table/contacts/${id}`),
    ),
  })
  report('one contact by its key, 10 connections', rates, goals)
}

/** 1 000 rows in one request, all or none. */
export async function measureInserts(server, raw, goals, clear) {
  const body = JSON.stringify(Array.from({ length: 1000 }, (_, index) => contact(index)))
  const headers = { 'content-type': 'application/json' }
  const withKey = { ...headers, 'x-dreamfactory-api-key': server.key }
  const rates = await compare(
    {
      raw: { ...raw, requests: [{ method: 'POST', path: '/inbox', headers, body }] },
      rest: {
        url: server.url,
        pids: server.pids,
        requests: [{ method: 'POST', path: `/api/v2/${SERVICE}/_table/inbox`, headers: withKey, body }],
      },
    },
    { connections: 2, between: clear },
  )
  report('inserts of 1 000 rows in one request, 2 connections', rates, goals)
}

function contact(index) {
  return {
    first_name: `First ${index}`,
    last_name: `Last ${index % 977}`,
    email: `person${index}@example.com`,
    company: `Company ${index % 431}`,
    city: `City ${index % 89}`,
    score: index % 100,
    balance: (index % 5000) + 0.25,
    active: index % 10 !== 0,
    created_at: '2024-02-29 12:30:45',
  }
}
