import { Modal, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Search } from 'lucide-react'
import { type KeyboardEvent, useId, useState } from 'react'
import type { Screen } from '../screens/screen.ts'
import { useAccount } from '../session/session-context.ts'
import classes from './command-list.module.css'
import { screensFor } from './screen-at.ts'

/** Every screen by its name: type, choose with the arrows, Enter. */
export function CommandList({ onClose }: { readonly onClose: () => void }) {
  const id = useId()
  const navigate = useNavigate()
  const { kind } = useAccount()
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState(0)
  const found = screensFor(kind).filter((screen) => isMeant(screen, text))
  const go = (screen: Screen | undefined) => {
    if (!screen) return
    onClose()
    void navigate({ to: screen.paths[0] })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key]
    if (step !== undefined && found.length > 0) {
      event.preventDefault()
      setChosen((chosen + step + found.length) % found.length)
    }
    if (event.key === 'Enter') go(found[chosen])
  }
  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      padding={0}
      yOffset="12vh"
      centered={false}
      aria-label="Go to a screen"
    >
      <TextInput
        placeholder="Go to …"
        aria-label="Name of a screen"
        role="combobox"
        aria-expanded
        aria-controls={id}
        aria-activedescendant={found[chosen] ? `${id}-${chosen}` : undefined}
        data-autofocus
        size="md"
        variant="unstyled"
        classNames={{ input: classes.input ?? '' }}
        leftSection={<Search size={16} aria-hidden />}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value)
          setChosen(0)
        }}
        onKeyDown={onKeyDown}
      />
      <div role="listbox" id={id} aria-label="Screens" className={classes.list}>
        {found.map((screen, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the input's, which keeps the focus
          <div
            key={screen.title}
            role="option"
            id={`${id}-${index}`}
            tabIndex={-1}
            aria-selected={index === chosen}
            className={classes.option}
            onMouseMove={() => setChosen(index)}
            onClick={() => go(screen)}
          >
            <screen.icon size={16} aria-hidden />
            <span>{screen.title}</span>
            {screen.shortcut !== undefined && <kbd className={classes.key}>g {screen.shortcut}</kbd>}
          </div>
        ))}
        {found.length === 0 && <div className={classes.none}>No screen is called so.</div>}
      </div>
    </Modal>
  )
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 }

function isMeant({ title, group, words = '' }: Screen, text: string): boolean {
  return `${title} ${group} ${words}`.toLowerCase().includes(text.trim().toLowerCase())
}
