import { readFileSync } from 'node:fs'
import { createServer, globalAgent } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { OAuthClientProvider } from '@modelcontextprotocol/client'
import { makeCertificates } from '../helpers/certificates.ts'

type Stored<M extends 'saveTokens' | 'saveClientInformation'> = Parameters<
  NonNullable<OAuthClientProvider[M]>
>[0]

/** A program that connects people: its client metadata document, served over https on this machine, and what it keeps. */
export interface Program {
  readonly url: string
  /** How often its document was fetched. */
  fetches(): number
  /** In place of its document. */
  answer(status: number, body: unknown, headers?: Record<string, string>): void
  close(): Promise<void>
}

export const REDIRECT = 'http://127.0.0.1:33418/callback'

export async function openProgram(): Promise<Program> {
  const folder = makeCertificates()
  globalAgent.options.ca = readFileSync(join(folder, 'ca.crt'))
  let fetches = 0
  let other: { status: number; body: unknown; headers: Record<string, string> } | undefined
  const server = createServer(
    { key: readFileSync(join(folder, 'server.key')), cert: readFileSync(join(folder, 'server.crt')) },
    (_request, response) => {
      fetches += 1
      const { status, body, headers } = other ?? { status: 200, body: documentOf(url), headers: {} }
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    },
  )
  await new Promise<void>((done) => server.listen(0, done))
  const url = `https://localhost:${(server.address() as AddressInfo).port}/program.json`
  return {
    url,
    fetches: () => fetches,
    answer(status, body, headers = {}) {
      other = { status, body, headers }
    },
    close: () =>
      new Promise((done) => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  }
}

function documentOf(url: string, more: object = {}) {
  return {
    client_id: url,
    client_name: 'Test <b>Program</b>',
    redirect_uris: [REDIRECT],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    ...more,
  }
}

/** The SDK's client side, with what it keeps in memory. `asked` is where it sends the person. */
export interface Memory extends OAuthClientProvider {
  asked: URL | undefined
  kept: Stored<'saveTokens'> | undefined
}

export function memoryOf(clientMetadataUrl: string | undefined, redirect = REDIRECT): Memory {
  let verifier = ''
  let information: Stored<'saveClientInformation'> | undefined
  return {
    asked: undefined,
    kept: undefined,
    redirectUrl: redirect,
    ...(clientMetadataUrl !== undefined && { clientMetadataUrl }),
    clientMetadata: {
      client_name: 'Registered',
      redirect_uris: [redirect],
      token_endpoint_auth_method: 'none',
    },
    state: () => 'a-state',
    clientInformation: () => information,
    saveClientInformation(given) {
      information = given
    },
    tokens() {
      return this.kept
    },
    saveTokens(tokens) {
      this.kept = tokens
    },
    redirectToAuthorization(url) {
      this.asked = url
    },
    saveCodeVerifier(code) {
      verifier = code
    },
    codeVerifier: () => verifier,
  }
}
