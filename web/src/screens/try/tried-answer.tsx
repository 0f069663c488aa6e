import { CopyText } from '../../parts/copy-text.tsx'
import { Panel } from '../../parts/panel.tsx'
import { StatusMark } from '../../parts/status-mark.tsx'
import type { TriedFacts } from './trial.ts'
import classes from './try.module.css'

/** What came back, and how to send the same by oneself. */
export function TriedAnswer({ answer }: { readonly answer: TriedFacts }) {
  const {
    status,
    ms,
    body,
    is_cut: isCut,
    byte_count: bytes,
    token_count: tokens,
    curl,
    message,
    caller,
  } = answer
  return (
    <Panel
      title="Answer"
      lead={`To ${caller}, in ${ms} ms: ${bytes.toLocaleString('en')} bytes, about ${tokens.toLocaleString('en')} tokens`}
    >
      <div className={classes.answer}>
        <StatusMark status={isRefused(answer) ? 'bad' : 'good'}>
          {isRefused(answer) ? 'Refused or failed' : 'Answered'}, status {status}
        </StatusMark>
        <CopyText label="answer" isBlock text={pretty(body)} />
        {isCut && <p className={classes.note}>The answer goes on: only its beginning is shown.</p>}
        <h3 className={classes.title}>As curl, with a key of your own in $KEY</h3>
        <CopyText label="curl" isBlock text={curl} />
        {message !== undefined && (
          <>
            <h3 className={classes.title}>As an MCP message</h3>
            <CopyText label="MCP message" isBlock text={JSON.stringify(message, null, 2)} />
          </>
        )}
      </div>
    </Panel>
  )
}

/** An MCP answer may say so inside. */
function isRefused({ status, body }: TriedFacts): boolean {
  if (status >= 400) return true
  const found = json(body)
  if (typeof found !== 'object' || found === null) return false
  const result: unknown = Reflect.get(found, 'result')
  const isError = typeof result === 'object' && result !== null && Reflect.get(result, 'isError') === true
  return isError || (Reflect.has(found, 'jsonrpc') && Reflect.has(found, 'error'))
}

function pretty(body: string): string {
  const found = json(body)
  return found === undefined ? body : JSON.stringify(found, null, 2)
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
