/** A tab that does what a test says, on the browser's own channel and locks. */
import type { TabMessage } from '../../../client/core/ports.js'
import { browserTabs } from '../../../client/edge/tabs.js'

const name = new URL(location.href).searchParams.get('name') ?? ''
const tabs = browserTabs(name)
const heard: TabMessage[] = []
const told: string[] = []
const turns = new Map<string, () => void>()

const tab = {
  heard,
  told,
  start: (owner: number) => tabs.start(owner, (message) => heard.push(message)),
  post: (message: TabMessage) => tabs.post(message),
  lead: () => tabs.onLead('edits', () => told.push('leads')),
  watch: (owner: number) => tabs.onGone(owner, () => told.push(`${owner} is gone`)),
  takeTurn: (turn: string) => {
    turns.set(
      turn,
      tabs.takeTurn('token', () => told.push(turn)),
    )
  },
  endTurn: (turn: string) => turns.get(turn)?.(),
  close: () => tabs.close(),
}

export type TabPage = typeof tab

declare global {
  interface Window {
    tab: TabPage
  }
}

window.tab = tab
