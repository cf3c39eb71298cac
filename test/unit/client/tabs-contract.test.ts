import { describe } from 'vitest'
import type { TabMessage } from '../../../client/core/ports.js'
import { MemoryTabs } from '../../../client/testing/memory-tabs.js'
import { type ContractTab, tabsContract } from '../../harness/tabs-contract.js'

const browser = new Map<string, MemoryTabs>()

const open = async (name: string): Promise<ContractTab> => {
  const namesakes = browser.get(name) ?? new MemoryTabs()
  browser.set(name, namesakes)
  const tabs = namesakes.open()
  const heard: TabMessage[] = []
  const told: string[] = []
  const turns = new Map<string, () => void>()
  return {
    start: async (owner) => tabs.start(owner, (message) => heard.push(message)),
    post: async (message) => tabs.post(message),
    heard: async () => heard,
    lead: async () => tabs.onLead('edits', () => told.push('leads')),
    watch: async (owner) => tabs.onGone(owner, () => told.push(`${owner} is gone`)),
    takeTurn: async (turn) => {
      turns.set(
        turn,
        tabs.takeTurn('token', () => told.push(turn)),
      )
    },
    endTurn: async (turn) => turns.get(turn)?.(),
    told: async () => told,
    close: async () => tabs.close(),
    // In memory a tab's end is its end.
    kill: async () => tabs.close(),
  }
}

describe('tabs in memory', () => tabsContract(open))
