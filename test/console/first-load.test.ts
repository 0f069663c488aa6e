import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CONSOLE_FOLDER } from '../../src/admin/console-files.ts'

/** In bytes, as gzip sends them: what the page itself, and the first screen after the sign-in, are made of. */
const MOST = 300_000

test('the first load, with the overview, is at most 300 kB as gzip', () => {
  const html = read('index.html')
  const named = [...html.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css|svg))"/g)].map(([, name = '']) => name)
  const overview = names('assets').filter((name) => /^assets\/overview-screen-[\w-]+\.js$/.test(name))
  expect(named.length).toBeGreaterThan(2)
  expect(overview.length).toBeGreaterThan(0)
  const files = withImports([...named, ...overview])
  const bytes = [...files].reduce((sum, name) => sum + statSync(join(CONSOLE_FOLDER, `${name}.gz`)).size, 0)
  expect(bytes).toBeLessThanOrEqual(MOST)
})

test('the page has no script and no style of its own, and names no other host', () => {
  const html = read('index.html')
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\son\w+=|style=/)
  expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
})

test('no style sheet loads from another host', () => {
  const sheets = names('assets').filter((name) => name.endsWith('.css'))
  expect(sheets.length).toBeGreaterThan(0)
  for (const name of sheets) expect(read(name)).not.toMatch(/url\(["']?(?:https?:)?\/\/|@import/)
})

/** These files, and what they import at once. */
function withImports(names: readonly string[]): ReadonlySet<string> {
  const found = new Set(names)
  for (const name of found) {
    if (!name.endsWith('.js')) continue
    for (const [, imported = ''] of read(name).matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g))
      found.add(`assets/${imported}`)
  }
  return found
}

function read(name: string): string {
  expect(existsSync(join(CONSOLE_FOLDER, name)), name).toBe(true)
  return readFileSync(join(CONSOLE_FOLDER, name), 'utf8')
}

function names(folder: string): string[] {
  return readdirSync(join(CONSOLE_FOLDER, folder)).map((name) => `${folder}/${name}`)
}
