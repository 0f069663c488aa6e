import { ActionIcon, Drawer } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Outlet, useLocation } from '@tanstack/react-router'
import { Menu } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { AccountMenu } from './account-menu.tsx'
import { CommandList } from './command-list.tsx'
import classes from './frame.module.css'
import { Navigation } from './navigation.tsx'
import { screenAt } from './screen-at.ts'
import { useShortcuts } from './use-shortcuts.ts'

/** Around every screen: the navigation at the left, behind a button where there is no room; one bar above. */
export function Frame() {
  const [isMenuOpen, menu] = useDisclosure()
  const [isCommandOpen, command] = useDisclosure()
  const { pathname } = useLocation()
  const main = useRef<HTMLElement>(null)
  const screen = screenAt(pathname)
  useShortcuts(command.open)
  useEffect(() => {
    document.title = screen ? `${screen.title} · Sluice` : 'Sluice'
    main.current?.scrollTo(0, 0)
  }, [screen])
  return (
    <div className={classes.frame}>
      <a className={classes.skip} href="#main">
        Go to the content
      </a>
      <aside className={classes.side}>
        <div className={classes.top}>
          <Brand />
        </div>
        <Navigation />
      </aside>
      <Drawer opened={isMenuOpen} onClose={menu.close} position="left" size={280} title={<Brand />}>
        <Navigation onGo={menu.close} />
      </Drawer>
      <div className={classes.column}>
        <header className={classes.bar}>
          <ActionIcon
            className={classes.burger}
            variant="subtle"
            color="gray"
            size="lg"
            aria-label="Open the navigation"
            onClick={menu.open}
          >
            <Menu size={20} />
          </ActionIcon>
          <button type="button" className={classes.command} onClick={command.open}>
            <span>Go to …</span>
            <kbd className={classes.key}>Ctrl K</kbd>
          </button>
          <AccountMenu />
        </header>
        <main id="main" ref={main} tabIndex={-1} className={classes.main}>
          <Outlet />
        </main>
      </div>
      {isCommandOpen && <CommandList onClose={command.close} />}
    </div>
  )
}

function Brand() {
  return (
    <span className={classes.brand}>
      <img src="/sluice.svg" alt="" width={24} height={24} />
      Sluice
    </span>
  )
}
