import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { Frame } from './frame/frame.tsx'
import { NoSuchPage } from './frame/no-such-page.tsx'
import { ScreenFailure } from './frame/screen-failure.tsx'
import { SCREENS } from './screens/all.ts'

/** One route for each address of a screen; its code is loaded when somebody goes there. */
export function createConsoleRouter() {
  const root = createRootRoute({ component: Frame, notFoundComponent: NoSuchPage })
  const routes = SCREENS.flatMap(({ paths, load }) => {
    const component = lazyRouteComponent(async () => ({ default: await load() }))
    return paths.map((path) => createRoute({ getParentRoute: () => root, path, component }))
  })
  return createRouter({
    routeTree: root.addChildren(routes),
    defaultPreload: 'intent',
    defaultErrorComponent: ScreenFailure,
    scrollRestoration: true,
  })
}
