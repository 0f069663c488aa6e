import { describe, expect, test } from 'vitest'
import { mongodbConfig } from '../../../adapters/database/mongodb/config.ts'
import { connectionString, databaseOf } from '../../../adapters/database/mongodb/connection-url.ts'

describe('the config of a service', () => {
  test.each([
    ['mongodb://u:p@a:1,b:2/shop?replicaSet=rs', 'shop'],
    ['mongodb+srv://u:p@cluster.example.net/shop', 'shop'],
    ['mongodb://h/my%20shop', 'my shop'],
  ])('%s opens the database %s', (url, database) => {
    const config = mongodbConfig.parse({ url })
    expect(databaseOf(config)).toBe(database)
    expect(connectionString(config)).toBe(url)
    expect(mongodbConfig.parse(config)).toEqual(config)
  })

  test('is put together from its parts', () => {
    const config = mongodbConfig.parse({
      host: '::1',
      database: 'shop',
      username: 'a@b',
      password: 'p:/?#',
      options: { w: 1 },
    })
    expect(connectionString(config)).toBe('mongodb://a%40b:p%3A%2F%3F%23@[::1]:27017/?w=1')
  })

  test('options go behind those of the URL', () => {
    const config = mongodbConfig.parse({
      dsn: 'mongodb://h',
      database: 'shop',
      options: { readPreference: 'nearest' },
    })
    expect(connectionString(config)).toBe('mongodb://h/?readPreference=nearest')
  })

  test.each([
    [{}, 'database'],
    [{ host: 'h' }, 'database'],
    [{ database: 'd' }, 'host'],
    [{ url: 'mongodb://h' }, 'database'],
    [{ url: 'mysql://u:secret@h/d' }, 'url'],
    [{ url: 'mongodb://u:se@cret@h/d' }, 'url'],
    [{ url: 'mongodb://u:secret@h/d%' }, 'url'],
    [{ url: 'mongodb://h/d', dsn: 'mongodb://h/d' }, 'dsn'],
    [{ url: 'mongodb://h/d', database: 'other' }, 'url'],
    [{ url: 'mongodb://h/d', password: 'secret' }, 'url'],
    [{ host: 'h', database: 'd', unknown: 1 }, ''],
  ])('%j is refused at %s, without a word of it', (given, path) => {
    const { error } = mongodbConfig.safeParse(given)
    expect(error?.issues[0]?.path.join('.')).toBe(path)
    expect(error?.message).not.toMatch(/secret|cret/)
  })
})
