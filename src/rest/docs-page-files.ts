export const DOCS_HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="stylesheet" href="/docs/page.css">
</head>
<body>
<form id="credentials" autocomplete="off">
<label>API key <input id="key" type="password" spellcheck="false"></label>
<label>or session token <input id="session" type="password" spellcheck="false"></label>
<button type="submit">Show what they may do</button>
<label>Service <select id="service"><option value="">all</option></select></label>
<p id="problem" role="alert"></p>
</form>
<main id="document"><p>Enter an API key or a session token: the page shows what these may do.</p></main>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/page.js"></script>
</body>
</html>
`

export const DOCS_STYLE = `body { margin: 0; font-family: sans-serif; }
#credentials { display: flex; flex-wrap: wrap; gap: 1rem; align-items: end; padding: 1rem; background: #f3f3f3; }
#credentials label { display: grid; gap: 0.25rem; font-size: 0.875rem; }
#credentials input { width: 18rem; }
#problem { flex-basis: 100%; margin: 0; color: #a00; }
#problem:empty { display: none; }
#document > p { padding: 0 1rem; }
`

/** The credentials stay in the memory of the page, and go to this server only. */
export const DOCS_SCRIPT = `'use strict'
const element = (id) => document.getElementById(id)
const documents = '/api/v2/api_docs'
let headers = {}

function entered() {
  const key = element('key').value.trim()
  const session = element('session').value.trim()
  return {
    ...(key && { 'X-DreamFactory-API-Key': key }),
    ...(session && { 'X-DreamFactory-Session-Token': session }),
  }
}

function withCredentials(request) {
  const isOurs = new URL(request.url, window.location.href).origin === window.location.origin
  if (isOurs) request.headers = { ...request.headers, ...headers }
  return request
}

function show() {
  const service = element('service').value
  window.SwaggerUIBundle({
    url: service === '' ? documents : documents + '/' + encodeURIComponent(service),
    domNode: element('document'),
    docExpansion: service === '' ? 'none' : 'list',
    validatorUrl: null,
    queryConfigEnabled: false,
    persistAuthorization: false,
    requestInterceptor: withCredentials,
  })
}

async function open() {
  headers = entered()
  const answer = await fetch(documents + '?as_list=true', { headers })
  const body = await answer.json()
  element('problem').textContent = answer.ok ? '' : body.error.message
  if (!answer.ok) return
  const options = body.resource.map((name) => new Option(name, name))
  element('service').replaceChildren(new Option('all', ''), ...options)
  show()
}

element('service').addEventListener('change', show)
element('credentials').addEventListener('submit', (event) => {
  event.preventDefault()
  open().catch((error) => {
    element('problem').textContent = String(error)
  })
})
`
