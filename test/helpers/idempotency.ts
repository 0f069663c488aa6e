import { openMemory } from '../../adapters/database/memory/open.ts'
import { createKeyring } from '../../src/access/keyring.ts'
import type { IdempotencyBook } from '../../src/core/idempotency.ts'
import { IDEMPOTENCY_TABLE } from '../../src/system/bookkeeping.ts'
import { createIdempotencyBook } from '../../src/system/idempotency-book.ts'

/** A book on a database of its own. */
export function openIdempotencyBook(now: () => number = Date.now): IdempotencyBook {
  const { digest, seal } = createKeyring(new Uint8Array(32))
  return createIdempotencyBook(openMemory([IDEMPOTENCY_TABLE]), { digest, seal, now })
}
