import type { Snapshot } from '../snapshot.ts'
import type { AccountKind } from './account-settings.ts'
import type { Account } from './code-mail.ts'

/** Questions that let people choose a new password without e-mail. */
export interface SecurityQuestions {
  /**
   * What to ask whoever gives this address; undefined: nothing, a code is sent. Where there are accounts with questions, an
   * address without an account may get one as well, always the same.
   */
  ask(kind: AccountKind, email: string, account: Account | undefined): string | undefined
  /** Does the same work whatever the account: none, without an answer, with one. */
  isAnswered(account: Account | undefined, answer: unknown): Promise<boolean>
}

export function createSecurityQuestions(options: {
  readonly snapshot: () => Snapshot
  readonly digest: (text: string) => string
  readonly verify: (text: string, hash: string) => Promise<boolean>
  /** Of a text that nobody knows. */
  readonly hashOfNothing: () => Promise<string>
}): SecurityQuestions {
  const { snapshot, digest, verify, hashOfNothing } = options
  return {
    ask(kind, email, account) {
      const mark = (text: string) => digest(JSON.stringify(['security question', kind, email, text]))
      // Half of the addresses that nobody has, as if half of the people had a question.
      const hasNone = Number.parseInt(mark('').slice(0, 1), 16) % 2 === 0
      const [made] = questionsOf(snapshot(), kind).toSorted((a, b) => (mark(a) < mark(b) ? -1 : 1))
      if (!account) return hasNone ? undefined : made
      return account.securityAnswerHash === undefined ? undefined : account.securityQuestion
    },
    async isAnswered(account, answer) {
      const hash = account?.securityQuestion === undefined ? undefined : account.securityAnswerHash
      const isRight = await verify(String(answer), hash ?? (await hashOfNothing()))
      return hash !== undefined && typeof answer === 'string' && answer !== '' && isRight
    },
  }
}

/** Asked of nobody in particular; those of one person alone would tell of that person. */
function questionsOf({ userById }: Snapshot, kind: AccountKind): readonly string[] {
  const counts = new Map<string, number>()
  for (const { securityQuestion: question, isAdmin } of userById.values())
    if (question !== undefined && isAdmin === (kind === 'admin'))
      counts.set(question, (counts.get(question) ?? 0) + 1)
  if (counts.size === 0) return []
  const shared = [...counts].flatMap(([question, count]) => (count > 1 ? [question] : []))
  return [...new Set([...COMMON, ...shared])].slice(0, MOST)
}

const MOST = 20

const COMMON = [
  'What is the name of your first pet?',
  'What is your mother’s maiden name?',
  'In what city were you born?',
  'What was the name of your first school?',
]
