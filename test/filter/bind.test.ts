import { describe, expect, test } from 'vitest'
import type { FilterExpression } from '../../src/core/filter.ts'
import { bindFilter } from '../../src/filter/bind.ts'
import { parseFilter } from '../../src/filter/parse.ts'
import { printFilter } from '../../src/filter/print.ts'
import { refusal } from './refusal.ts'

const lookups = new Map<string, string | number | boolean | null>([
  ['user.id', 7],
  ['user.email', 'éva@Example.com'],
  ['user.name', "  o'neil) or (1=1  "],
  ['user.is_sys_admin', false],
  ['user.phone', null],
])

function parse(filter: string): FilterExpression {
  const expression = parseFilter(filter)
  if (expression === undefined) throw new Error('blank')
  return expression
}

const bound = (filter: string, params = {}) => printFilter(bindFilter(parse(filter), { params, lookups }))

describe('params', () => {
  test('are found with and without a leading colon, wherever a value stands', () => {
    const filter = 'a = :x and not (b in (:y, 3) or c between :x and :y) and d like :z'
    expect(bound(filter, { x: 1.5, ':y': true, z: 'K%' })).toBe(
      "a = 1.5 and not (b in (true, 3) or c between 1.5 and true) and d like 'K%'",
    )
  })

  test('are null, text, number or boolean as given, never read as filter text', () => {
    expect(bound('a = :x', { x: null })).toBe('a = null')
    expect(bound('a = :x', { x: "5' or '1'='1" })).toBe("a = '5'' or ''1''=''1'")
    expect(bound('a = :x', { x: '{user.id}' })).toBe("a = '{user.id}'")
    expect(bound('a = :x', { x: ':y', y: 1 })).toBe("a = ':y'")
  })

  test('keep the position of the field', () => {
    expect(bindFilter(parse(' a = :x'), { params: { x: 1 }, lookups })).toMatchObject({
      field: { position: 1 },
      value: { kind: 'number', value: '1' },
    })
  })

  test('a missing one is named, with those that were given', () => {
    const error = refusal(() => bound('b = 1 and a = :nmae', { ':name': 1, other: 2 }))
    expect(error.message).toContain(':nmae')
    expect(error.hint).toContain(':name, :other')
    expect(error.didYouMean).toEqual([':name'])
    expect(error.context).toMatchObject({ position: 10 })
  })

  test.each(['constructor', '__proto__', 'toString'])('an inherited %s is no value', (name) => {
    refusal(() => bound(`a = :${name}`))
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('%d is no value', (x) => {
    refusal(() => bound('a = :x', { x }))
  })
})

describe('lookups', () => {
  test('are bound as one value whatever they hold, in any case of their name', () => {
    expect(bound('a = {user.id} or b = { User.Name } or c = {user.is_sys_admin}')).toBe(
      "a = 7 or b = '  o''neil) or (1=1  ' or c = false",
    )
  })

  test.each([
    ['strtoupper(user.email)', "'éVA@EXAMPLE.COM'"],
    ['strtolower(user.email)', "'éva@example.com'"],
    ['ucfirst(trim(user.name))', "'O''neil) or (1=1'"],
    ['lcfirst(strtoupper(trim(user.name)))', "'o''NEIL) OR (1=1'"],
    ['ucwords(trim(user.name))', "'O''neil) Or (1=1'"],
    ['Trim( user.name )', "'o''neil) or (1=1'"],
    ['urlencode(trim(user.name))', "'o%27neil%29+or+%281%3D1'"],
    ['urlencode(user.email)', "'%C3%A9va%40Example.com'"],
    ['urldecode(urlencode(user.name))', "'  o''neil) or (1=1  '"],
    ['rawurlencode(trim(user.name))', "'o%27neil%29%20or%20%281%3D1'"],
    ['rawurldecode(rawurlencode(user.email))', "'éva@Example.com'"],
    ['base64_encode(user.id)', "'Nw=='"],
    ['base64_decode(base64_encode(user.email))', "'éva@Example.com'"],
    ['strtoupper(user.phone)', 'null'],
  ])('{%s} is %s', (lookup, value) => {
    expect(bound(`a = {${lookup}}`)).toBe(`a = ${value}`)
  })

  test('a missing one is named, with those that exist and no value of theirs', () => {
    const error = refusal(() => bound('a = {user.idd}'))
    expect(error.message).toContain('{user.idd}')
    expect(error.hint).toContain('{user.id}, {user.email}')
    expect(error.didYouMean?.[0]).toBe('{user.id}')
    expect(JSON.stringify(error)).not.toContain('Example.com')
  })

  test.each([
    'strtouper(user.email)',
    '(user.email)',
    'user.email)',
    'trim(user.email',
    `${'trim('.repeat(60)}user.id${')'.repeat(60)}`,
  ])('{%s} is refused', (lookup) => {
    refusal(() => bound(`a = {${lookup}}`))
  })
})
