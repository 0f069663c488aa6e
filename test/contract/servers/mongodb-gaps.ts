import { MongoClient } from 'mongodb'
import type { Gap } from '../scene.ts'

/** What mongo-java-server 1.47 does not do and MongoDB does. */
export const MONGODB_GAPS: readonly Gap[] = [
  {
    test: 'types > bigints are compared with',
    why: 'mongo-java-server compares a long with a decimal as doubles',
  },
  {
    test: 'order and paging > sorts characters of four bytes after all others',
    why: 'mongo-java-server compares texts by UTF-16 units',
  },
  {
    test: 'computed fields > in filters, and in what a write gives back',
    why: 'mongo-java-server has no $replaceAll',
  },
  { test: 'computed fields > functions > compute what is read', why: 'mongo-java-server has no $round' },
  { test: 'computed fields > functions > cut, measure and choose', why: 'mongo-java-server has no $trim' },
  { test: 'parts of dates > groups by weeks', why: 'mongo-java-server has no $isoWeek' },
  { test: 'parts of dates > having compares a week', why: 'mongo-java-server has no $isoWeek' },
]

/** True for mongo-java-server, which knows no `hello`. */
export async function isTestDouble(url: string): Promise<boolean> {
  const client = new MongoClient(url)
  try {
    return await client
      .db('admin')
      .command({ hello: 1 })
      .then(
        () => false,
        () => true,
      )
  } finally {
    await client.close()
  }
}
