import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'

/** An OpenID provider on this machine: discovery, keys, and tokens as a test wants them. */
export interface Issuer {
  readonly url: string
  /** How often its keys were asked for. */
  keyRequests(): number
  token(claims: object, options?: TokenOptions): Promise<string>
  unsigned(claims: object): string
  /** From then on its keys cannot be had; with 200, that they can. */
  fail(status: number): void
  /** From then on it has another key alone, of this name. */
  changeKey(kid: string): Promise<void>
  close(): Promise<void>
}

interface TokenOptions {
  readonly issuer?: string
  readonly algorithm?: string
  readonly kid?: string
  readonly expiresAt?: number
  /** Signed by somebody else, under this issuer's name. */
  readonly forged?: true
}

export async function openIssuer(): Promise<Issuer> {
  const newKey = async (kid: string) => {
    const { publicKey, privateKey } = await generateKeyPair('RS256')
    return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig' } }
  }
  let current = await newKey('one')
  const stranger = await generateKeyPair('RS256')
  let requests = 0
  let status = 200
  const server = createServer((request, response) => {
    const isKeys = request.url === '/keys'
    if (isKeys) requests += 1
    if (isKeys && status !== 200) {
      response.writeHead(status, { location: '/elsewhere' }).end()
      return
    }
    const body = isKeys ? { keys: [current.jwk] } : { issuer: url, jwks_uri: `${url}/keys` }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const withDefaults = (claims: object) => ({ sub: 'ann', ...claims })
  const inAnHour = () => Math.floor(Date.now() / 1000) + 3600

  return {
    url,
    keyRequests: () => requests,
    token(claims, options = {}) {
      const { jwk, privateKey } = current
      const { issuer = url, kid = jwk.kid, expiresAt = inAnHour(), algorithm = 'RS256', forged } = options
      const key = algorithm === 'HS256' ? new TextEncoder().encode(JSON.stringify(jwk)) : privateKey
      return new SignJWT(withDefaults(claims))
        .setProtectedHeader({ alg: algorithm, kid })
        .setIssuer(issuer)
        .setIssuedAt()
        .setExpirationTime(expiresAt)
        .sign(forged ? stranger.privateKey : key)
    },
    unsigned: (claims) =>
      new UnsecuredJWT(withDefaults(claims)).setIssuer(url).setExpirationTime(inAnHour()).encode(),
    fail(with_) {
      status = with_
    },
    async changeKey(kid) {
      current = await newKey(kid)
    },
    close: () =>
      new Promise((done) => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  }
}
