import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The suite's fixtures behind our HTTP door. */
export async function startFixture(node, root) {
  const child = start(node, [join(root, 'test', 'conformance', 'serve.ts')], root, process.env)
  const [url] = await child.said(/http:\S+/)
  return { url, stop: child.stop }
}

/** The server as it is installed, with its demo; `url` is an address where its read-only key goes with every request. */
export async function startDemo(root) {
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-conformance-'))
  const env = { ...process.env, SLUICE_PORT: '0', SLUICE_DATA_DIR: dataDir, SLUICE_MCP_SESSIONS: 'true' }
  const child = start(process.execPath, [join(root, 'dist', 'src', 'main.js'), 'start'], root, env)
  const [, direct] = await child.said(/MCP +(http:\S+)/)
  const [, key] = await child.said(/read-only +([0-9a-f]{64})/)
  const proxy = await withKey(new URL(direct), key)
  return {
    url: proxy.url,
    direct,
    key,
    dataDir,
    async stop() {
      proxy.close()
      await child.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** The conformance program cannot send credentials. */
function withKey(target, key) {
  const server = createServer((incoming, answer) => {
    const headers = { ...incoming.headers, authorization: `Bearer ${key}` }
    const { hostname, port, pathname } = target
    const passed = request(
      { hostname, port, path: pathname, method: incoming.method, headers },
      (received) => {
        answer.writeHead(received.statusCode ?? 502, received.headers)
        received.pipe(answer)
      },
    )
    passed.on('error', () => answer.destroy())
    answer.on('close', () => passed.destroy())
    incoming.pipe(passed)
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const url = `http://localhost:${server.address().port}${target.pathname}`
      const close = () => {
        server.close()
        server.closeAllConnections()
      }
      resolve({ url, close })
    })
  })
}

function start(command, args, cwd, env) {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const waiting = new Set()
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data) => {
      output += data
      for (const look of waiting) look()
    })
  const ended = new Promise((resolve) =>
    child.once('exit', () => {
      resolve()
      for (const look of waiting) look(true)
    }),
  )
  return {
    /** The first match in what it wrote. */
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (isEnded = child.exitCode !== null) => {
          const found = pattern.exec(output)
          if (!found && !isEnded) return
          waiting.delete(look)
          if (found) resolve(found)
          else reject(new Error(`the server ended:\n${output}`))
        }
        waiting.add(look)
        look()
      }),
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
