import { existsSync, readdirSync } from 'node:fs'
import { posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { converse } from '../../scripts/conversation.mjs'
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

const conversation = await converse()

describe('generated parts', () => {
  const wanted = renderAll({ tools: tools.map(describeTool), statuses: ERROR_STATUS, conversation, read })

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

describe('the conversation in docs/mcp.md', () => {
  test('has at most 8 calls and under 6 000 tokens, and the greeting and the list of tools are in them', () => {
    expect(conversation.calls).toBeLessThanOrEqual(8)
    expect(conversation.characters / 4).toBeLessThan(6_000)
    const shown = conversation.steps.reduce(
      (sum, { args, text }) => sum + JSON.stringify(args).length + text.length,
      0,
    )
    expect(conversation.characters).toBeGreaterThan(shown + 10_000)
  })

  test('goes from a search over a guess that is refused and repaired to a write that is tried and confirmed', () => {
    const { steps } = conversation
    expect(steps.map(({ name }) => name)).toEqual([
      'get_data_model',
      'get_table_schema',
      'aggregate_data',
      'aggregate_data',
      'get_table_data',
      'update_records',
      'update_records',
    ])
    const isRefused = steps.map(({ text }) => /^[a-z_]+: [A-Z]/.test(text))
    expect(isRefused).toEqual([false, false, true, false, false, false, false])
    expect(steps[2]?.text).toContain("Did you mean 'status'?")
    expect(steps[5]?.text).toContain('dry_run true, affected 11, confirmation CODE')
    expect(steps[6]?.text).toContain('affected 11\n')
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
