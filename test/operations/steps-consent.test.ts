import { expect, test } from 'vitest'
import { createKeyring } from '../../src/access/keyring.ts'
import type { OperationContext } from '../../src/core/operation.ts'
import { type StepsConsent, stepsConsent } from '../../src/operations/database/steps/confirm-steps.ts'
import { spendsOnce } from '../helpers/spends-once.ts'

const context = {
  seal: createKeyring(new Uint8Array(32)).seal,
  services: { spend: spendsOnce() },
  service: { info: { id: 1, name: 'shop' } },
  caller: { kind: 'app', label: 'app:1', policy: { key: 'p' } },
  // What the confirming of steps reads of it.
} as unknown as OperationContext

const steps = [
  { operation: 'create', table: 'tags', record: {} },
  { operation: 'delete', table: 'tags', filter: "label = 'x'" },
] as const

/** The second step deletes the row of this key, after the first one made one. */
function deleting(key: string, made: string, confirmation?: string): StepsConsent {
  const consent = stepsConsent({ steps, confirmation }, context)
  consent.begin()
  consent.made({ step: 0, target: 'tags', keys: [made] })
  const write = { target: 'tags', what: 'deletes 1 row', affected: 1, digest: key, keys: [key] }
  consent.ofStep(1).take({ ...write, sample: {}, over: 0, scope: 's' })
  return consent
}

test('a confirmation for a row that a step made holds for it under another key', async () => {
  await deleting('8', '8', deleting('7', '7').code()).settle()
})

test.each(['8', 'made 0 0'])('it does not hold for the row %o that was there', async (key) => {
  const code = deleting('7', '7').code()
  await expect(deleting(key, '9', code).settle()).rejects.toMatchObject({
    context: { reason: 'confirmation_outdated' },
  })
})
