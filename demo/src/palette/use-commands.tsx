import { useWorkspace } from 'kith-client/react'
import {
  Copy,
  Download,
  Filter,
  Keyboard,
  LayoutGrid,
  LogOut,
  type LucideIcon,
  Moon,
  Plus,
  Redo2,
  Settings,
  Sun,
  SunMoon,
  Trash2,
  Undo2,
  Upload,
  UserPlus,
  Users,
  WifiOff,
} from 'lucide-react'
import { useListState } from '../list/list-state.js'
import { useMayWrite } from '../session/use-may-write.js'
import { useTurns } from '../toast/use-turns.js'
import { go } from '../workspace/route.js'
import { goTo, WORKSPACES } from '../workspaces/place.js'
import type { Command } from './command.js'
import { setTheme } from './theme.js'

/** What the screen can do beside what is said here. */
export interface ScreenActs {
  onImport: () => void
  onExport: () => void
  onPeople: () => void
  onSettings: () => void
  onDuplicates: () => void
  onHelp: () => void
  onSignOut: () => void
  isOffline: boolean
  onOffline: (isOffline: boolean) => void
}

const SIZE = 16

export const useCommands = (acts: ScreenActs): readonly Command[] => {
  const state = useWorkspace()?.undo.state()
  const turns = useTurns()
  const mayWrite = useMayWrite()
  const { named, setFilter } = useListState()
  return [
    ...(mayWrite ? writing(acts) : []),
    ...(mayWrite && state?.undo
      ? [command(Undo2, 'undo', 'Undo', 'take back', () => turns.undo(), 'mod+Z')]
      : []),
    ...(mayWrite && state?.redo
      ? [command(Redo2, 'redo', 'Redo', 'again', () => turns.redo(), 'mod+shift+Z')]
      : []),
    ...looking(acts),
    ...named.map(({ name, filter }) =>
      command(Filter, `filter ${name}`, `Show ${name}`, 'filter view saved', () => {
        setFilter(filter)
        go({ view: 'contacts', contactId: undefined })
      }),
    ),
    ...going(acts),
    ...themes(),
  ]
}

/** `also`: other words by which it is looked for; `keys` as in `KEYS`. */
const command = (
  Icon: LucideIcon,
  id: string,
  words: string,
  also: string,
  run: () => void,
  keys?: string,
): Command => ({
  id,
  words,
  also,
  icon: <Icon size={SIZE} />,
  run,
  ...(keys === undefined ? {} : { keys }),
})

const writing = (acts: ScreenActs): Command[] => [
  command(Plus, 'new', 'New contact', 'add create', () => go({ view: 'new' }), 'n'),
  command(Upload, 'import', 'Import contacts…', 'upload csv vcard google outlook', acts.onImport),
]

const looking = (acts: ScreenActs): Command[] => [
  command(Copy, 'duplicates', 'Find duplicates', 'merge same twice', acts.onDuplicates),
  command(Download, 'export', 'Export contacts…', 'download save vcard csv', acts.onExport),
  command(Users, 'all', 'All contacts', 'list', () =>
    go({ view: 'contacts', contactId: undefined }),
  ),
  command(Trash2, 'deleted', 'Deleted contacts', 'trash restore bin', () =>
    go({ view: 'deleted', contactId: undefined }),
  ),
]

const going = (acts: ScreenActs): Command[] => [
  command(LayoutGrid, 'workspaces', 'Go to another workspace', 'my workspaces switch open', () =>
    goTo(WORKSPACES),
  ),
  command(UserPlus, 'people', 'People and invites…', 'members share link', acts.onPeople),
  command(Settings, 'settings', 'Workspace settings…', 'rename delete leave', acts.onSettings),
  command(
    WifiOff,
    'offline',
    acts.isOffline ? 'Work online' : 'Work offline',
    'network disconnect connect',
    () => acts.onOffline(!acts.isOffline),
  ),
  command(Keyboard, 'help', 'Keyboard shortcuts', 'help keys', acts.onHelp, '?'),
  command(LogOut, 'sign-out', 'Sign out', 'log out leave', acts.onSignOut),
]

const themes = (): Command[] => [
  command(Sun, 'light', 'Theme: light', 'bright colours mode', () => setTheme('light')),
  command(Moon, 'dark', 'Theme: dark', 'night colours mode', () => setTheme('dark')),
  command(SunMoon, 'system', 'Theme: same as the system', 'auto colours mode', () =>
    setTheme('system'),
  ),
]
