import { existsSync, readdirSync } from 'node:fs'
import { posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ERROR_MEANINGS, renderAll } from '../../scripts/render-docs.mjs'
import { ERROR_STATUS } from '../../src/core/errors.ts'
import { describeTool } from '../../src/mcp/describe-tool.ts'
import { VERSION } from '../../src/version.ts'
import { tools } from '../../tools/all.ts'
import { prose, read } from './page.ts'

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(new URL('../../docs/', import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]

describe('generated parts', () => {
  const wanted = renderAll({ tools: tools.map(describeTool), statuses: ERROR_STATUS, read })

  test.each(Object.keys(wanted))(
    '%s is up to date (npm run build && node scripts/generate-docs.mjs)',
    (path) => {
      expect(read(path)).toBe(wanted[path])
    },
  )

  test('every error code has a meaning, and no other word has', () => {
    expect(Object.keys(ERROR_MEANINGS)).toEqual(Object.keys(ERROR_STATUS))
  })
})

describe('links', () => {
  const links = PAGES.flatMap((page) =>
    [...prose(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(({ 1: target = '' }) => ({ page, target })),
  ).filter(({ target }) => !/^https?:/.test(target))

  test('there are some', () => {
    expect(links.length).toBeGreaterThan(30)
  })

  test.each(links)('$target in $page leads somewhere', ({ page, target }) => {
    const [path = '', anchor] = target.split('#')
    const file = path === '' ? page : posix.join(posix.dirname(page), path)
    expect(existsSync(new URL(`../../${file}`, import.meta.url)), file).toBe(true)
    if (anchor !== undefined) expect(anchorsIn(read(file))).toContain(anchor)
  })
})

/** As GitHub makes them from headings. */
function anchorsIn(page: string): string[] {
  return (prose(page).match(/^#+ .*$/gm) ?? []).map((heading) =>
    heading
      .replace(/^#+ /, '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

test('README.md has at most 150 lines', () => {
  expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(150)
})

test('the version is the same everywhere', () => {
  expect(JSON.parse(read('package.json'))).toMatchObject({ version: VERSION })
  expect(read('CHANGELOG.md')).toContain(`## ${VERSION}`)
})
