import { type Html, html } from './html.ts'

export const STYLE_PATH = '/oauth/pages.css'

/** A whole page: no script, nothing from elsewhere. `styleUrl` is that of `STYLE_PATH`. */
export function page(title: string, content: Html, styleUrl: string): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · Sluice</title>
<link rel="stylesheet" href="${styleUrl}">
</head>
<body>
<main>
<p class="brand">Sluice</p>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`.html
}

/**
 * The Content-Security-Policy of a page whose form ends at `redirectUri`: browsers follow redirects after a form only to where
 * its `form-action` allows.
 */
export function pagePolicy(redirectUri?: string): string {
  const target = redirectUri === undefined ? '' : ` ${sourceOf(redirectUri)}`
  return [
    "default-src 'none'",
    "style-src 'self'",
    `form-action 'self'${target}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** An origin; where that has no form in a policy (IPv6, schemes of programs), the scheme. */
function sourceOf(uri: string): string {
  const { protocol, host } = new URL(uri)
  const isPlain = /^https?:$/.test(protocol) && /^[a-z0-9.-]+(?::\d+)?$/i.test(host)
  return isPlain ? `${protocol}//${host}` : protocol
}

export const STYLES = `
:root { color-scheme: light dark; --ink: #16202c; --paper: #ffffff; --ground: #eef1f4; --line: #6b7785; --accent: #0b5cad; --bad: #a3121f; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8edf2; --paper: #18212b; --ground: #0e151c; --line: #8996a5; --accent: #7ab8f5; --bad: #ff9c9c; }
}
* { box-sizing: border-box; }
body { margin: 0; padding: 1.5rem 1rem; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 34rem; margin: 0 auto; padding: 1.5rem 1.75rem 1.75rem; background: var(--paper); border-radius: .5rem; }
.brand { margin: 0; font-weight: 600; color: var(--accent); }
h1 { margin: .25rem 0 1rem; font-size: 1.4rem; line-height: 1.3; }
h2 { margin: 1.25rem 0 .25rem; font-size: 1rem; }
p { margin: .5rem 0; }
code { font-family: ui-monospace, monospace; font-size: .9em; overflow-wrap: anywhere; }
ul { margin: .25rem 0; padding-left: 1.25rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem .9rem; margin: .75rem 0; }
dt { color: var(--line); }
dd { margin: 0; overflow-wrap: anywhere; }
fieldset { margin: 1rem 0; padding: .5rem 1rem .75rem; border: 1px solid var(--line); border-radius: .35rem; }
legend { padding: 0 .35rem; font-weight: 600; }
label.field { display: block; margin: .9rem 0 .25rem; font-weight: 600; }
input[type=email], input[type=password] { width: 100%; padding: .55rem .6rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: .35rem; }
.choice { display: flex; gap: .6rem; align-items: baseline; margin: .4rem 0; }
.choice input { flex: none; width: 1.1rem; height: 1.1rem; }
.buttons { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.25rem; }
button { padding: .55rem 1.2rem; font: inherit; font-weight: 600; color: var(--accent); background: transparent; border: 1px solid var(--accent); border-radius: .35rem; cursor: pointer; }
button.main { color: var(--paper); background: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.problem { margin: 1rem 0; padding: .6rem .9rem; color: var(--bad); border: 1px solid var(--bad); border-radius: .35rem; }
.note { color: var(--line); font-size: .92rem; }
`
