// The generated parts of the documentation, as pure functions: generate-docs.mjs writes them, test/docs compares them.

import { renderConversation } from './conversation.mjs'

/** What each error code means to a caller. The test wants exactly the codes of src/core/errors.ts. */
export const ERROR_MEANINGS = {
  bad_request:
    'The request cannot be understood or a value does not fit: the message names the argument, field or position. Correct it and ask again.',
  unauthenticated: 'Credentials are missing, unknown or expired.',
  forbidden:
    'The role does not allow it, the app, user, role or service is not active, or the Host or Origin is not allowed.',
  not_found: 'There is no such service, table, field, record or address, or none that the caller may see.',
  method_not_allowed: 'The address does not have this verb.',
  not_acceptable: 'The answer cannot be given in any format that Accept names.',
  conflict:
    'The change breaks a rule of the data: a unique, foreign key or check constraint. `context.fields` names the fields.',
  precondition_failed: 'The record is not as the `ETag` in `If-Match` says. Read it again.',
  payload_too_large: 'The request body is over the limit (`SLUICE_BODY_LIMIT_BYTES`).',
  too_many_requests:
    'Too many sign-in attempts, or more requests than a limit allows. Wait as long as the message, or `Retry-After`, says.',
  internal:
    'A fault of the server. The message says nothing; the log has the cause under the `X-Request-Id` of the answer.',
  not_supported: 'The engine, or this version, cannot do it.',
  unavailable: 'The database cannot be reached, opened or written now: locked, missing, damaged, full.',
  timeout: 'The statement ran too long and was stopped, or the request was cancelled.',
}

/** How MCP tells a code that does not always come back as the result of a call. */
const MCP_FORMS = {
  precondition_failed: '—',
  unauthenticated: 'HTTP 401, JSON-RPC error −32000',
  forbidden: '`isError`; HTTP 403 for an app or role that is not active, Host and Origin',
  not_found: '`isError`; HTTP 404 for a service',
  method_not_allowed: 'HTTP 405, JSON-RPC error −32000',
  not_acceptable: '—',
  payload_too_large: 'HTTP 413, JSON-RPC error −32000',
  too_many_requests: 'HTTP 429, JSON-RPC error −32000',
  internal: '`isError`, without a cause',
}

/** docs/errors.md. `statuses`: code → REST status. */
export function renderErrors(statuses) {
  const rows = Object.entries(statuses).map(
    ([code, status]) =>
      `| \`${code}\` | ${status} | ${MCP_FORMS[code] ?? '`isError`'} | ${ERROR_MEANINGS[code] ?? ''} |`,
  )
  return `${ERRORS_BEFORE}${['| code | REST | MCP | meaning |', '|---|---|---|---|', ...rows].join('\n')}\n${ERRORS_AFTER}`
}

/** The tool list of README.md: one line a tool. `tools`: as `tools/list` describes them. */
export function renderToolList(tools) {
  const rows = tools.map(({ name, description }) => `| \`${name}\` | ${cell(description)} |`)
  return ['| tool | what |', '|---|---|', ...rows].join('\n')
}

/** The tools of docs/mcp.md with their arguments. */
export function renderToolTable(tools) {
  const sections = tools.map(({ name, title, description, inputSchema }) => {
    const required = new Set(inputSchema.required ?? [])
    const rows = Object.entries(inputSchema.properties).map(
      ([argument, schema]) =>
        `| \`${argument}\`${required.has(argument) ? ' (required)' : ''} | ${typeOf(schema)} | ${noteOf(schema)} |`,
    )
    const table = rows.length === 0 ? ['No arguments.'] : ['| argument | type | |', '|---|---|---|', ...rows]
    return [`### ${name}`, '', `${title}. ${description}`, '', ...table].join('\n')
  })
  return sections.join('\n\n')
}

/** `text` with what stands between `<!-- NAME:begin -->` and `<!-- NAME:end -->` replaced. Throws when there is no such pair. */
export function replaceBetween(text, name, content) {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`]
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`There is no ${begin} … ${end}.`)
  return `${text.slice(0, from + begin.length)}\n${content}\n${text.slice(to)}`
}

/** What each generated file should be: path → text. `read` gives a file's present text. */
export function renderAll({ tools, statuses, conversation, read }) {
  const mcp = replaceBetween(read('docs/mcp.md'), 'tools', renderToolTable(tools))
  return {
    'README.md': replaceBetween(read('README.md'), 'tools', renderToolList(tools)),
    'docs/mcp.md': replaceBetween(mcp, 'conversation', renderConversation(conversation)),
    'docs/errors.md': renderErrors(statuses),
  }
}

function typeOf({ type, items, enum: values, anyOf }) {
  if (values) return values.map((value) => `\`${value}\``).join(', ')
  if (type === 'array') return items ? `${inList(typeOf(items))}[]` : 'list'
  if (anyOf) return anyOf.map(typeOf).join(' or ')
  return type ? [type].flat().join(' or ') : 'anything'
}

function inList(type) {
  return type.includes(' ') ? `(${type})` : type
}

function noteOf({ description = '', default: preset, minimum, maximum }) {
  const range = maximum === undefined ? '' : `${minimum ?? 0} to ${maximum}`
  const facts = [cell(description), range, preset === undefined ? '' : `default ${preset}`]
  return facts.filter((fact) => fact !== '').join('; ')
}

function cell(text) {
  return text.replaceAll('|', '\\|')
}

const ERRORS_BEFORE = `# Errors

<!-- Generated by scripts/generate-docs.mjs: change it there. -->

Every error has one of these codes, whichever door it leaves by.

`

const ERRORS_AFTER = `
## REST

\`\`\`json
{ "error": {
    "code": 400,
    "context": null,
    "message": "Invalid field requested: statos",
    "status_code": 400,
    "hint": "Did you mean 'status'?" } }
\`\`\`

| key | what |
|---|---|
| \`code\` | the status, or 1000 for a batch |
| \`context\` | facts for programs, or null: \`{"position","expected"}\` of a filter, \`{"field","type"}\` of a value, \`{"fields"}\` of a constraint, \`{"line","column","position"}\` of malformed JSON, \`{"reason"}\` of credentials |
| \`message\` | a sentence; never SQL, a driver's text, a path or a host |
| \`status_code\` | the HTTP status |
| \`hint\` | what to do, or the nearest names; absent when nothing helps |

401 has \`WWW-Authenticate\`; 429, and 503 where trying again may help, have \`Retry-After\`.

### Batches: code 1000

A request for several records of which some fail answers 400 with \`"code": 1000\`. \`context.error\` has the places of the failed records, from 0;
\`context.resource\` what became of each one tried: the record, or an error with its own \`status_code\`.

\`\`\`json
{ "error": {
    "code": 1000,
    "context": { "error": [1], "resource": [{ "id": 25 },
      { "code": 409, "context": { "table": "tags", "fields": ["name"] }, "message": "A record with this name already exists.", "status_code": 409 }] },
    "message": "Batch Error: Not all requested records could be created. All changes rolled back.",
    "status_code": 400 } }
\`\`\`

## MCP

An error of a call is a result, so that a model can read it and call again: the code, the message, and what to do.

\`\`\`json
{ "content": [{ "type": "text", "text": "bad_request: Invalid field requested: statos. Did you mean 'status'?" }], "isError": true }
\`\`\`

A batch adds a line for each failed record (\`record 1: A record with this name already exists.\`), up to ten. "The same call may succeed later." is added
where it may.

What goes wrong before a call begins is a JSON-RPC error; \`data.code\` has the code above:

| JSON-RPC code | when |
|---|---|
| −32700 | the body is not JSON (HTTP 400) |
| −32600 | not a JSON-RPC message, or a batch of them (HTTP 400) |
| −32601 | unknown method |
| −32602 | unknown tool, or one that this caller does not have |
| −32603 | the list of tools cannot be made: the service does not open |
| −32000 | refused by HTTP status: 401, 403, 404, 405, 406, 413, 415, 429 |
`
