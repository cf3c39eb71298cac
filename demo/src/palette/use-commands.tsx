import { useWorkspace } from 'kith-client/react'
import {
  Copy,
  Download,
  Filter,
  Keyboard,
  LayoutGrid,
  LogOut,
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
    ...(mayWrite && state?.undo ? [turn('undo', <Undo2 size={SIZE} />, () => turns.undo())] : []),
    ...(mayWrite && state?.redo ? [turn('redo', <Redo2 size={SIZE} />, () => turns.redo())] : []),
    ...looking(acts),
    ...named.map(({ name, filter }) => ({
      id: `filter ${name}`,
      words: `Show ${name}`,
      also: 'filter view saved',
      icon: <Filter size={SIZE} />,
      run: () => {
        setFilter(filter)
        go({ view: 'contacts', contactId: undefined })
      },
    })),
    ...going(acts),
    ...themes(),
  ]
}

const turn = (direction: 'undo' | 'redo', icon: Command['icon'], run: () => void): Command => ({
  id: direction,
  words: direction === 'undo' ? 'Undo' : 'Redo',
  also: direction === 'undo' ? 'take back' : 'again',
  keys: direction === 'undo' ? 'mod+Z' : 'mod+shift+Z',
  icon,
  run,
})

const writing = (acts: ScreenActs): Command[] => [
  {
    id: 'new',
    words: 'New contact',
    also: 'add create',
    keys: 'n',
    icon: <Plus size={SIZE} />,
    run: () => go({ view: 'new' }),
  },
  {
    id: 'import',
    words: 'Import contacts…',
    also: 'upload csv vcard google outlook',
    icon: <Upload size={SIZE} />,
    run: acts.onImport,
  },
]

const looking = (acts: ScreenActs): Command[] => [
  {
    id: 'duplicates',
    words: 'Find duplicates',
    also: 'merge same twice',
    icon: <Copy size={SIZE} />,
    run: acts.onDuplicates,
  },
  {
    id: 'export',
    words: 'Export contacts…',
    also: 'download save vcard csv',
    icon: <Download size={SIZE} />,
    run: acts.onExport,
  },
  {
    id: 'all',
    words: 'All contacts',
    also: 'list',
    icon: <Users size={SIZE} />,
    run: () => go({ view: 'contacts', contactId: undefined }),
  },
  {
    id: 'deleted',
    words: 'Deleted contacts',
    also: 'trash restore bin',
    icon: <Trash2 size={SIZE} />,
    run: () => go({ view: 'deleted', contactId: undefined }),
  },
]

const going = (acts: ScreenActs): Command[] => [
  {
    id: 'workspaces',
    words: 'Go to another workspace',
    also: 'my workspaces switch open',
    icon: <LayoutGrid size={SIZE} />,
    run: () => goTo(WORKSPACES),
  },
  {
    id: 'people',
    words: 'People and invites…',
    also: 'members share link',
    icon: <UserPlus size={SIZE} />,
    run: acts.onPeople,
  },
  {
    id: 'settings',
    words: 'Workspace settings…',
    also: 'rename delete leave',
    icon: <Settings size={SIZE} />,
    run: acts.onSettings,
  },
  {
    id: 'offline',
    words: acts.isOffline ? 'Work online' : 'Work offline',
    also: 'network disconnect connect',
    icon: <WifiOff size={SIZE} />,
    run: () => acts.onOffline(!acts.isOffline),
  },
  {
    id: 'help',
    words: 'Keyboard shortcuts',
    also: 'help keys',
    keys: '?',
    icon: <Keyboard size={SIZE} />,
    run: acts.onHelp,
  },
  {
    id: 'sign-out',
    words: 'Sign out',
    also: 'log out leave',
    icon: <LogOut size={SIZE} />,
    run: acts.onSignOut,
  },
]

const themes = (): Command[] => [
  {
    id: 'light',
    words: 'Theme: light',
    also: 'bright colours mode',
    icon: <Sun size={SIZE} />,
    run: () => setTheme('light'),
  },
  {
    id: 'dark',
    words: 'Theme: dark',
    also: 'night colours mode',
    icon: <Moon size={SIZE} />,
    run: () => setTheme('dark'),
  },
  {
    id: 'system',
    words: 'Theme: same as the system',
    also: 'auto colours mode',
    icon: <SunMoon size={SIZE} />,
    run: () => setTheme('system'),
  },
]
