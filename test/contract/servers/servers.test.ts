import { describe, expect, test } from 'vitest'
import { required } from '../required.ts'
import { mysqlDatabases } from './mysql-databases.ts'
import { isPgsqlInstalled, startOwnPgsql } from './own-pgsql.ts'
import { OWN_SERVERS } from './own-servers.ts'
import { pgsqlDatabases } from './pgsql-databases.ts'
import { ownDatabase, reachServer, testServer } from './test-server.ts'

const LENT = [
  { name: 'pgsql', databases: pgsqlDatabases },
  { name: 'pgsql18', databases: pgsqlDatabases },
  { name: 'mysql', databases: mysqlDatabases },
] as const

for (const { name, databases } of LENT) {
  const reached = await reachServer(name)
  describe.skipIf(reached !== 'reachable' && !required.includes(name))(`${name} (${reached})`, () => {
    test('lends two databases at once, each gone when it is dropped', async () => {
      const server = await testServer(name)
      const [one, two] = await Promise.all([ownDatabase(name), ownDatabase(name)])
      expect(one.url).not.toBe(two.url)
      await databases.probe(one.url)
      await one.drop()
      const listed = (url: string) => databases.list(server, new URL(url).pathname.slice(1))
      expect(await listed(one.url)).toHaveLength(0)
      expect(await listed(two.url)).toHaveLength(1)
      await two.drop()
    })
  })
}

for (const { type, databases, isLeftOut, start } of OWN_SERVERS) {
  describe.skipIf(isLeftOut)(`${type} of our own`, () => {
    test('keeps its data when it is killed and started again, and is gone when it is stopped', async () => {
      const server = await start()
      await databases.create(server.url, 'kept')
      await server.kill()
      await expect(databases.probe(server.url)).rejects.toThrow()
      await server.start()
      expect(await databases.list(server.url, 'kept')).toEqual(['kept'])
      await server.stop()
      await expect(databases.probe(server.url)).rejects.toThrow()
    })
  })
}

test.skipIf(!isPgsqlInstalled())('a server that does not start says what it printed', async () => {
  const started = startOwnPgsql({ settings: ['no_such_setting=1'] })
  await expect(started).rejects.toThrow(/did not start[\s\S]*no_such_setting/)
})
