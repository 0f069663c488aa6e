import { Globe } from 'lucide-react'
import type { RecordDefinition } from '../../records/record-definition.ts'
import { RecordScreen } from '../../records/record-screen.tsx'

export function CorsScreen() {
  return <RecordScreen definition={CORS} />
}

const VERBS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((verb) => ({ value: verb, label: verb }))

const CORS: RecordDefinition = {
  resource: 'cors',
  title: 'CORS',
  lead: 'Which web pages of other origins may call this server from a browser. Without a rule, none may.',
  icon: Globe,
  one: 'rule',
  query: { order: 'path' },
  columns: [
    { field: 'path', label: 'Path' },
    { field: 'origin', label: 'Origins' },
    {
      field: 'method',
      label: 'Verbs',
      show: ({ method }) => (Array.isArray(method) ? method.join(', ') || 'None' : ''),
    },
    { field: 'enabled', label: 'Enabled' },
    { field: 'description', label: 'Description' },
  ],
  fields: [
    {
      kind: 'text',
      name: 'path',
      label: 'Path',
      isRequired: true,
      placeholder: 'api/v2/shop/*',
      description:
        'The address without its first slash; * stands for any part. The longest that fits an address decides. One that begins with ^ is a regular expression.',
    },
    {
      kind: 'text',
      name: 'origin',
      label: 'Origins',
      placeholder: 'https://app.example.com',
      description: 'Scheme, host and port, separated by commas; * for all of them.',
    },
    { kind: 'choices', name: 'method', label: 'Verbs', choices: VERBS, initial: ['GET'] },
    {
      kind: 'text',
      name: 'header',
      label: 'Request headers',
      description: 'That pages may send, separated by commas; * for all.',
    },
    {
      kind: 'text',
      name: 'exposed_header',
      label: 'Response headers',
      description: 'That pages may read besides the usual ones, separated by commas.',
    },
    {
      kind: 'number',
      name: 'max_age',
      label: 'Kept by browsers',
      description: 'Seconds a browser remembers the rule.',
      minimum: 0,
      maximum: 2_592_000,
      initial: 0,
    },
    {
      kind: 'switch',
      name: 'supports_credentials',
      label: 'With cookies',
      description: 'The origins must be named then.',
    },
    { kind: 'switch', name: 'enabled', label: 'Enabled', initial: true },
    { kind: 'text', name: 'description', label: 'Description' },
  ],
  emptyText:
    'Add a rule when a web application of yours calls the API from the browser. Agents and programs need none.',
  deleteText: ({ origin }) =>
    `Web pages of ${String(origin ?? 'its origins')} can no longer call the addresses it names.`,
}
