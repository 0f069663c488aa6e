import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemResources } from '../../src/system/all.ts'
import { type House, openHouse } from '../helpers/house.ts'
import { readCurl } from './curl.ts'
import { blocksOf, codesIn, read, rowsUnder } from './page.ts'

const PAGE = 'docs/system-api.md'
const blocks = blocksOf(read(PAGE))
const steps = blocks.flatMap(({ language, text }, at) => {
  const next = blocks[at + 1]
  return language === 'sh'
    ? [{ command: text.trim(), answer: next?.language === 'json' ? next.text : undefined }]
    : []
})

describe(PAGE, () => {
  let house: House
  let token = ''

  beforeAll(async () => {
    house = await openHouse({})
  })
  afterAll(() => house.close())

  test.each(steps)('$command', async ({ command, answer }) => {
    const { url, method, headers, body } = readCurl(command, { TOKEN: token })
    const { body: got } = await house.rest(method, url.replace('http://127.0.0.1:8080', ''), {
      headers,
      body,
    })
    token = Object(got).session_token ?? token
    if (answer) expect(got).toMatchObject(wanted(JSON.parse(answer)))
    else expect(token).not.toBe('')
  })

  test('names every resource, and by what its records are named', () => {
    const rows = rowsUnder(read(PAGE), 'resource', 'what', 'by name')
    const told = new Map(
      rows.flatMap(([names = '', , by = '']) => codesIn(names).map((name) => [name, codesIn(by)[0]])),
    )
    for (const { name, nameField, hasAddress } of systemResources)
      if (hasAddress) expect([name, told.get(name)]).toEqual([name, nameField])
  })
})

/** `…` stands for any text. */
function wanted(value: unknown): object {
  return JSON.parse(JSON.stringify(value), (_, item: unknown) => (item === '…' ? expect.any(String) : item))
}
