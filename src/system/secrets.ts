/** What the system's records need of the keyring. */
export interface Secrets {
  /** Tells one app key from another. */
  readonly fingerprint: string
  apiKeyHash(apiKey: string): string
  encrypt(text: string, purpose: string): string
  decrypt(text: string, purpose: string): string
}

/** How new credentials are made. */
export interface CredentialMaker {
  newApiKey(): string
  newPassword(): string
  hashPassword(password: string): Promise<string>
}

/** Characters that a password needs at least, by kind of account. */
export interface LeastPassword {
  readonly user: number
  readonly admin: number
}

export const API_KEY_PURPOSE = 'app.api_key'
export const CONFIG_PURPOSE = 'service.config'

/** What answers show in place of a secret; sent back, it leaves the secret as it is (dreamfactory-rest §7.3). */
export const MASK = '**********'

export const LOOKUP_PURPOSE = 'lookup.value'
