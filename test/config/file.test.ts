// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the format has ${NAME} in plain strings
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { readConfigFile } from '../../src/config/file.ts'

let folder = ''
let count = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-config-'))
})

async function fileWith(content: unknown): Promise<string> {
  const path = join(folder, `sluice-${count++}.json`)
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

async function problemsOf(content: unknown, env: Record<string, string> = {}): Promise<unknown> {
  const path = await fileWith(content)
  const outcome = await readConfigFile(path, env).catch((error) => error)
  expect(outcome).toMatchObject({ code: 'bad_request' })
  expect(outcome.message).toBe(
    [`The config file ${path} cannot be used:`, ...outcome.context.problems].join('\n  '),
  )
  return outcome.context.problems
}

const KEY = 'a'.repeat(64)
const example = {
  services: [{ name: 'shop', type: 'sqlite', config: { database: './shop.sqlite' } }],
  roles: [
    {
      name: 'reader',
      access: [
        {
          service: 'shop',
          component: '_table/orders/*',
          verbs: ['GET'],
          filters: [{ name: 'status', operator: '=', value: 'paid' }],
          filter_op: 'AND',
        },
      ],
    },
  ],
  apps: [{ name: 'agent', role: 'reader', api_key: '${AGENT_KEY}' }],
}
const roleWith = (access: object) => ({
  roles: [{ name: 'r', access: [{ service: 's', component: '*', ...access }] }],
})

describe('a config file', () => {
  test('is read with its variables in place', async () => {
    const path = await fileWith(example)
    expect(await readConfigFile(path, { AGENT_KEY: KEY })).toEqual({
      baseDir: folder,
      services: [
        { name: 'shop', type: 'sqlite', isActive: undefined, config: { database: './shop.sqlite' } },
      ],
      roles: [
        {
          name: 'reader',
          isActive: undefined,
          rules: [
            {
              service: 'shop',
              component: '_table/orders/*',
              verbMask: 1,
              requestorMask: 1,
              filters: [{ name: 'status', operator: '=', value: 'paid' }],
              filterOp: 'AND',
            },
          ],
        },
      ],
      apps: [{ name: 'agent', role: 'reader', isActive: undefined, apiKey: KEY }],
      tools: [],
      identityProviders: [],
      oauthClients: [],
    })
  })

  test('may be empty', async () => {
    expect(await readConfigFile(await fileWith('{}'), {})).toEqual({
      baseDir: folder,
      services: [],
      roles: [],
      apps: [],
      tools: [],
      identityProviders: [],
      oauthClients: [],
    })
  })

  test.each([
    [{ verbs: ['GET', 'DELETE'] }, 17],
    [{ verbs: [] }, 0],
    [{ verb_mask: 31 }, 31],
    [{ verb_mask: 0 }, 0],
  ])('gives verbs as a list or a mask: %j', async (access, verbMask) => {
    const { roles } = await readConfigFile(await fileWith(roleWith(access)), {})
    expect(roles[0]?.rules[0]?.verbMask).toBe(verbMask)
  })

  test.each([['*'], [null]])('names all services as %j', async (service) => {
    const { roles } = await readConfigFile(
      await fileWith(roleWith({ verbs: [], service, filter_op: 'or' })),
      {},
    )
    expect(roles[0]?.rules[0]).toMatchObject({ service: null, filterOp: 'OR' })
  })

  test('takes variables in any string at any depth, and in none but strings', async () => {
    const config = { list: ['${A}', 'x${A}-${B}'], deep: { 'key ${A}': '$${A}' }, n: 5, t: true }
    const path = await fileWith({ services: [{ name: '${B}', type: 't', config }] })
    const { services } = await readConfigFile(path, { A: 'say "hi"', B: 'b' })
    expect(services).toMatchObject([
      {
        name: 'b',
        config: { list: ['say "hi"', 'xsay "hi"-b'], deep: { 'key ${A}': '${A}' }, n: 5, t: true },
      },
    ])
  })

  test('does not read variables inside the values of variables', async () => {
    const path = await fileWith({ services: [{ name: 's', type: 't', config: { a: '${A}' } }] })
    const { services } = await readConfigFile(path, { A: '${B}', B: 'secret' })
    expect(services[0]?.config).toEqual({ a: '${B}' })
  })
})

describe('is refused', () => {
  test('when a variable is missing', async () => {
    expect(await problemsOf(example)).toContain(
      'apps[0].api_key: the environment variable AGENT_KEY is not set. Set it, or write the value into the file.',
    )
    expect(
      await problemsOf({ services: [{ name: 's', type: 't', config: { a: ['${toString}', '${1x}'] } }] }),
    ).toEqual([
      'services[0].config.a[0]: the environment variable toString is not set. Set it, or write the value into the file.',
      'services[0].config.a[1]: ${1x} is not the name of an environment variable.',
    ])
  })

  test.each<readonly [string, string]>([
    ['', 'Line 1, column 1: expected a value.'],
    ['{', 'Line 1, column 2: expected a key in double quotes.'],
    ['{"services": [],}', 'Line 1, column 17: expected a key in double quotes.'],
    ['{\n  "services": [\n    {"name" "x"}\n  ]\n}', 'Line 3, column 13: expected a colon.'],
    ['{\n  "roles": [}', 'Line 2, column 13: expected a value.'],
    ['{"roles": [1 2]}', 'Line 1, column 14: expected a comma or a closing bracket.'],
    ['{"roles": [] "apps": []}', 'Line 1, column 14: expected a comma or a closing brace.'],
    ['{"a": 01}', 'Line 1, column 8: expected a comma or a closing brace.'],
    ['{"a": "x\ny"}', 'Line 1, column 7: expected a string that ends on its line.'],
    ["{'a': 1}", 'Line 1, column 2: expected a key in double quotes.'],
    ['{} // note', 'Line 1, column 4: expected the end of the file.'],
    ['{"a": 1, "a": 2}', 'Line 1, column 10: expected a key that is not there yet: "a" comes twice.'],
  ])('when it is not JSON, with the place: %j', async (text, problem) => {
    expect(await problemsOf(text)).toEqual([problem])
  })

  test('when it is nested without end', async () => {
    expect(await problemsOf('['.repeat(5000))).toEqual(['Line 1, column 102: expected less nesting.'])
  })

  test.each<readonly [unknown, string]>([
    [{ service: [] }, "service: this key is not known. Did you mean 'services'?"],
    [
      { services: [{ name: 's', type: 't', confg: {} }] },
      "services[0].confg: this key is not known. Did you mean 'config'?",
    ],
    [
      { roles: [{ name: 'r', access: [{ service: 's', component: '*', verbs: [], componnet: '' }] }] },
      "roles[0].access[0].componnet: this key is not known. Did you mean 'component'?",
    ],
    [
      roleWith({ verbs: [], filters: [{ name: 'a', operater: '=', operator: '=', value: 1 }] }),
      "roles[0].access[0].filters[0].operater: this key is not known. Did you mean 'operator'?",
    ],
    [
      { apps: [{ name: 'a', role: 'r', zzzzzzzz: 1 }] },
      'apps[0].zzzzzzzz: this key is not known. Keys here: name, description, is_active, role, expires_date, api_key.',
    ],
    [[], 'The file: must be of type object.'],
    [{ services: {} }, 'services: must be of type array.'],
    [{ services: [{ type: 't' }] }, 'services[0].name: is missing.'],
    [{ roles: [{ name: 'r' }] }, 'roles[0].access: is missing.'],
    [{ apps: [{ name: 'a' }] }, 'apps[0].role: is missing.'],
    [{ apps: [{ name: '', role: 'r' }] }, 'apps[0].name: must not be empty.'],
    [{ apps: [{ name: 'a', role: 5 }] }, 'apps[0].role: must be of type string.'],
    [
      { apps: [{ name: 'a', role: 'r', api_key: 'short' }] },
      'apps[0].api_key: must be 32 to 256 letters, digits, dashes and underscores; openssl rand -hex 32 makes one.',
    ],
    [roleWith({}), 'roles[0].access[0]: needs either verbs or verb_mask, not both; an empty list denies.'],
    [
      roleWith({ verbs: [], verb_mask: 1 }),
      'roles[0].access[0]: needs either verbs or verb_mask, not both; an empty list denies.',
    ],
    [
      roleWith({ verbs: ['GTE'] }),
      "roles[0].access[0].verbs[0]: must be one of GET, POST, PUT, PATCH, DELETE. Did you mean 'GET'?",
    ],
    [roleWith({ verb_mask: 32 }), 'roles[0].access[0].verb_mask: must be from 0 to 31.'],
    [roleWith({ verb_mask: 1.5 }), 'roles[0].access[0].verb_mask: must be a whole number.'],
    [
      roleWith({ verbs: [], filter_op: 'XOR' }),
      "roles[0].access[0].filter_op: must be AND or OR. Did you mean 'OR'?",
    ],
    [
      roleWith({ verbs: [], component: '_table/*/5' }),
      'roles[0].access[0].component: may have a star only at its end, such as _table/* or _table/orders/*.',
    ],
    [
      {
        services: [
          { name: 's', type: 't' },
          { name: 'S', type: 't' },
        ],
      },
      "services[1].name: 'S' is the name of services[0] already.",
    ],
    [
      {
        apps: [
          { name: 'a', role: 'r', api_key: KEY },
          { name: 'b', role: 'r', api_key: KEY },
        ],
      },
      'apps[1].api_key: apps[0] has the same key.',
    ],
  ])('when something in it is not right: %j', async (content, problem) => {
    expect(await problemsOf(content)).toEqual([problem])
  })

  test('when a row filter cannot be understood', async () => {
    const [problem] = (await problemsOf(
      roleWith({ verbs: ['GET'], filters: [{ name: 'a', operator: 'about', value: 1 }] }),
    )) as string[]
    expect(problem).toMatch(
      /^roles\[0\]\.access\[0\]\.filters\[0\]: cannot be used: Invalid row filter on 'a' with operator 'about'/,
    )
  })

  test('with every problem at once', async () => {
    expect(
      await problemsOf({ servces: [], roles: [{}], apps: [{ name: 'a', role: '${NOPE}' }] }),
    ).toHaveLength(4)
  })

  test('without telling a key', async () => {
    const content = { apps: [{ name: 'a', role: 'r', api_key: '${KEY}' }] }
    expect(JSON.stringify(await problemsOf(content, { KEY: 'hunter2' }))).not.toContain('hunter2')
  })

  test('when it is not there, or is a folder', async () => {
    await expect(readConfigFile(join(folder, 'none.json'), {})).rejects.toMatchObject({
      code: 'not_found',
      hint: 'Name an existing file with --config or SLUICE_CONFIG.',
    })
    await expect(readConfigFile(folder, {})).rejects.toMatchObject({ code: 'bad_request' })
  })
})
