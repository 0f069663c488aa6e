import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { FastifyInstance } from 'fastify'
import { DOCS_HTML, DOCS_SCRIPT, DOCS_STYLE } from './docs-page-files.ts'

const require = createRequire(import.meta.url)

/** Only what this server sends: no inline script or style, no other host, no frame. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join(';')

const SCRIPT_TYPE = 'text/javascript; charset=utf-8'
const STYLE_TYPE = 'text/css; charset=utf-8'
/** Seconds. */
const KEPT_FOR = 3_600

/** Everything the page is made of; the large files are read when they are asked for. */
const FILES: readonly {
  readonly path: string
  readonly type: string
  readonly read: () => string | Promise<Buffer>
}[] = [
  { path: '/docs', type: 'text/html; charset=utf-8', read: () => DOCS_HTML },
  { path: '/docs/page.js', type: SCRIPT_TYPE, read: () => DOCS_SCRIPT },
  { path: '/docs/page.css', type: STYLE_TYPE, read: () => DOCS_STYLE },
  {
    path: '/docs/swagger-ui-bundle.js',
    type: SCRIPT_TYPE,
    read: () => readFile(require.resolve('swagger-ui-dist/swagger-ui-bundle.js')),
  },
  {
    path: '/docs/swagger-ui.css',
    type: STYLE_TYPE,
    read: () => readFile(require.resolve('swagger-ui-dist/swagger-ui.css')),
  },
]

/** `/docs`: the OpenAPI documents to read and try, with the credentials that the visitor enters. Tells nothing by itself. */
export function registerDocsPage(app: FastifyInstance): void {
  for (const { path, type, read } of FILES) {
    app.get(path, async (_request, reply) =>
      reply
        .header('content-security-policy', CONTENT_SECURITY_POLICY)
        .header('content-type', type)
        .header('cache-control', `public, max-age=${KEPT_FOR}`)
        .send(await read()),
    )
  }
}
