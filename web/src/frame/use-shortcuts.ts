import { useHotkeys } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useAccount } from '../session/session-context.ts'
import { screensFor } from './screen-at.ts'

/** Time between `g` and the letter of a screen, in milliseconds. */
const BETWEEN_MS = 1500

/** Ctrl+K opens the list of screens; `g` and a letter goes to one. Not while somebody writes. */
export function useShortcuts(openCommands: () => void): void {
  const navigate = useNavigate()
  const { kind } = useAccount()
  const askedAt = useRef(Number.NEGATIVE_INFINITY)
  useHotkeys([['mod+K', openCommands]], [], true)
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return
      const isSecond = event.timeStamp - askedAt.current < BETWEEN_MS
      askedAt.current = event.key === 'g' && !isSecond ? event.timeStamp : Number.NEGATIVE_INFINITY
      const screen = isSecond && screensFor(kind).find(({ shortcut }) => shortcut === event.key)
      if (screen) void navigate({ to: screen.paths[0] })
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [kind, navigate])
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  )
}
