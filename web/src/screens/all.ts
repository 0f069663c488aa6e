import { CircleUser, Globe, LayoutDashboard, Network, Quote, Table2 } from 'lucide-react'
import type { Screen } from './screen.ts'

/** Every screen, in the order of the navigation. Add yours here; nothing else has to know of it. */
export const SCREENS: readonly Screen[] = [
  {
    title: 'Overview',
    icon: LayoutDashboard,
    group: '',
    paths: ['/'],
    shortcut: 'o',
    words: 'home health',
    load: async () => (await import('./overview/overview-screen.tsx')).OverviewScreen,
  },
  {
    title: 'Data',
    icon: Table2,
    group: 'Connect',
    paths: ['/data', '/data/$service', '/data/$service/$table'],
    shortcut: 'd',
    words: 'records rows tables import export',
    load: async () => (await import('./data/data-screen.tsx')).DataScreen,
  },
  {
    title: 'Schema',
    icon: Network,
    group: 'Connect',
    paths: ['/schema', '/schema/$service', '/schema/$service/$table'],
    words: 'tables fields relations diagram',
    load: async () => (await import('./schema/schema-screen.tsx')).SchemaScreen,
  },
  {
    title: 'Lookups',
    icon: Quote,
    group: 'Settings',
    paths: ['/lookups'],
    load: async () => (await import('./lookups/lookups-screen.tsx')).LookupsScreen,
  },
  {
    title: 'CORS',
    icon: Globe,
    group: 'Settings',
    paths: ['/cors'],
    words: 'origins web pages browsers',
    load: async () => (await import('./cors/cors-screen.tsx')).CorsScreen,
  },
  {
    title: 'Profile',
    icon: CircleUser,
    group: 'Settings',
    paths: ['/profile'],
    isForEverybody: true,
    words: 'account password',
    load: async () => (await import('./profile/profile-screen.tsx')).ProfileScreen,
  },
]
