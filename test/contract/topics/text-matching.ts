import { expect, test } from 'vitest'
import type { TextMatch } from '../../../src/core/database/query.ts'
import { type Engine, useScene } from '../scene.ts'

export function textMatching(engine: Engine): void {
  const scene = useScene(engine)
  const like = (pattern: string) => scene.ids('texts', { op: 'like', field: 'body', pattern })
  const find = (op: TextMatch, value: string) => scene.ids('texts', { op, field: 'body', value })

  test('like: % is any run', async () => {
    expect(await like('100%')).toEqual([1, 2])
    expect(await like('%e%d')).toEqual([8])
    expect(await like('%s%s%')).toEqual([3, 4, 5, 6, 7])
  })

  test('like: _ is one character', async () => {
    expect(await like('snake_case')).toEqual([3, 4])
    expect(await like('snake__case')).toEqual([])
  })

  test('like: _ is one character of four bytes too', async () => {
    expect(await like('smile _ end')).toEqual([8])
  })

  test('like: a pattern without wildcards matches the whole text', async () => {
    expect(await like('100% wool')).toEqual([1])
    expect(await like('smile')).toEqual([])
  })

  test('like: a backslash is a backslash', async () => {
    expect(await like('back\\slash')).toEqual([5])
    expect(await like('back\\\\slash')).toEqual([])
    expect(await like('100\\%%')).toEqual([])
    expect(await like('%\\s%')).toEqual([5])
  })

  test('like: quotes and line breaks are ordinary characters', async () => {
    expect(await like(`it's "q%`)).toEqual([10])
    expect(await like('two_lines')).toEqual([11])
    expect(await like('two%lines')).toEqual([11])
  })

  test('like: ignores the case of ASCII letters', async () => {
    expect(await like('SNAKE%')).toEqual([3, 4])
    expect(await like('smile%END')).toEqual([8])
  })

  test('like: keeps the case of other letters', async () => {
    expect(await like('strasse ÄÖÜ')).toEqual([6])
    expect(await like('STRASSE äöü')).toEqual([7])
  })

  test('like: % alone matches every text but null', async () => {
    expect(await like('%')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 10, 11])
  })

  test('like: an empty pattern matches nothing here', async () => {
    expect(await like('')).toEqual([])
  })

  test('like: a pattern of many % comes to an end', async () => {
    expect(await like(`${'%e'.repeat(4)}%`)).toEqual([])
  })

  test('contains: % is literal', async () => {
    expect(await find('contains', '0%')).toEqual([1])
    expect(await find('contains', '%')).toEqual([1])
  })

  test('contains: _ is literal', async () => {
    expect(await find('contains', 'e_c')).toEqual([3])
  })

  test('contains: a backslash is literal', async () => {
    expect(await find('contains', '\\')).toEqual([5])
    expect(await find('contains', 'k\\s')).toEqual([5])
  })

  test('contains: quotes are literal', async () => {
    expect(await find('contains', `'s "`)).toEqual([10])
  })

  test('contains: ignores the case of ASCII letters only', async () => {
    expect(await find('contains', 'STRASSE')).toEqual([6, 7])
    expect(await find('contains', 'Strasse Ä')).toEqual([6])
    expect(await find('contains', 'äÖ')).toEqual([])
  })

  test('contains: finds characters of four bytes', async () => {
    expect(await find('contains', '😀')).toEqual([8])
  })

  test('contains: an empty text is in every text but null', async () => {
    expect(await find('contains', '')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 10, 11])
  })

  test('starts_with: literal, at the start only', async () => {
    expect(await find('starts_with', '100%')).toEqual([1])
    expect(await find('starts_with', 'SNAKE_')).toEqual([3])
    expect(await find('starts_with', 'case')).toEqual([])
  })

  test('ends_with: literal, at the end only', async () => {
    expect(await find('ends_with', '_CASE')).toEqual([3])
    expect(await find('ends_with', '\\slash')).toEqual([5])
    expect(await find('ends_with', 'snake')).toEqual([])
    expect(await find('ends_with', 'ÄÖÜ')).toEqual([6])
  })
}
