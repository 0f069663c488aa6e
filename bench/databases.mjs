/** Databases of their own on the servers of this machine; dropped when the work is done. */
import mysql from 'mysql2/promise'
import pg from 'pg'
import { stopAll } from './processes.mjs'

const PGSQL = process.env.TEST_PGSQL_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const MYSQL = process.env.TEST_MYSQL_URL ?? 'mysql://root@127.0.0.1:3306/mysql'
const name = `sluice_bench_${process.pid}`

/** Says so when our server has no such type of service. */
export async function hasType(name) {
  const { serviceTypes } = await import('../dist/adapters/all.js')
  const has = serviceTypes.some((type) => type.name === name)
  if (!has) console.log(`no services of type '${name}': left out`)
  return has
}

/** Calls `work({url, query})`; says so and does nothing when there is no server. */
export async function withPgsql(work) {
  const admin = await connectPgsql(PGSQL).catch(() => undefined)
  if (!admin) return console.log('no PostgreSQL server here: left out')
  await admin.query(`CREATE DATABASE ${name}`)
  const url = new URL(PGSQL)
  url.pathname = `/${name}`
  const client = await connectPgsql(url.href)
  try {
    await work({ url: url.href, query: async (sql) => (await client.query(sql)).rows })
  } finally {
    await stopAll()
    await client.end()
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
    await admin.end()
  }
}

export async function withMysql(work) {
  const admin = await mysql.createConnection({ uri: MYSQL, multipleStatements: true }).catch(() => undefined)
  if (!admin) return console.log('no MySQL or MariaDB server here: left out')
  await admin.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4; USE ${name}`)
  const url = new URL(MYSQL)
  url.pathname = `/${name}`
  try {
    await work({ url: url.href, query: async (sql) => (await admin.query(sql))[0] })
  } finally {
    await stopAll()
    await admin.query(`DROP DATABASE ${name}`)
    await admin.end()
  }
}

async function connectPgsql(connectionString) {
  const client = new pg.Client({ connectionString })
  await client.connect()
  return client
}
