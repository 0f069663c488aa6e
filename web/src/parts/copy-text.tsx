import { ActionIcon, CopyButton, Tooltip } from '@mantine/core'
import { Check, Copy } from 'lucide-react'
import classes from './copy-text.module.css'

interface CopyTextProps {
  readonly text: string
  /** What it is: "MCP address". */
  readonly label: string
  /** Lines as they are, in a box of their own; else one line. */
  readonly isBlock?: boolean
}

/** A text to paste elsewhere, with a button that copies it. */
export function CopyText({ text, label, isBlock = false }: CopyTextProps) {
  return (
    <div className={isBlock ? classes.block : classes.line}>
      {isBlock ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        <pre className={classes.text} tabIndex={0}>
          {text}
        </pre>
      ) : (
        <code className={classes.text} title={text}>
          {text}
        </code>
      )}
      <CopyButton value={text} timeout={2000}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? 'Copied' : 'Copy'}>
            <ActionIcon
              variant="subtle"
              color={copied ? 'teal' : 'gray'}
              onClick={copy}
              aria-label={`Copy: ${label}`}
              className={classes.button}
            >
              {copied ? <Check size={16} /> : <Copy size={16} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </div>
  )
}
