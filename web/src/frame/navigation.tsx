import { Link } from '@tanstack/react-router'
import { SCREEN_GROUPS } from '../screens/screen.ts'
import { useAccount } from '../session/session-context.ts'
import classes from './navigation.module.css'
import { screensFor } from './screen-at.ts'

/** The screens that the person may use, by group. */
export function Navigation({ onGo }: { readonly onGo?: () => void }) {
  const { kind } = useAccount()
  const screens = screensFor(kind)
  return (
    <nav aria-label="Screens" className={classes.nav}>
      {SCREEN_GROUPS.map((group) => {
        const ofGroup = screens.filter((screen) => screen.group === group)
        if (ofGroup.length === 0) return null
        return (
          <div key={group}>
            {group !== '' && <div className={classes.group}>{group}</div>}
            <ul className={classes.list} aria-label={group || 'Start'}>
              {ofGroup.map(({ title, icon: Icon, paths: [path] }) => (
                <li key={path}>
                  <Link
                    to={path}
                    activeOptions={{ exact: path === '/', includeSearch: false }}
                    className={classes.link}
                    {...(onGo && { onClick: onGo })}
                  >
                    <Icon size={16} strokeWidth={1.75} aria-hidden />
                    {title}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        )
      })}
    </nav>
  )
}
