import { ReadOnlyError } from 'kith-client'
import { createTestWorkspace, type TestPeer, type TestWorkspace } from 'kith-client/testing'
import { afterEach, describe, expect, test, vi } from 'vitest'

const opened: TestWorkspace[] = []
const team = (): TestWorkspace<readonly [TestPeer, TestPeer]> => {
  const made = createTestWorkspace({ contacts: [{ name: 'Eve' }] })
  opened.push(made)
  return made
}
const stateOf = (peer: TestPeer): string => peer.workspace.status().connection.state
const namesIn = (peer: TestPeer): string[] =>
  peer.workspace.contacts
    .contactIds()
    .map((id) => peer.workspace.contacts.contact(id)?.name ?? '')
    .sort()

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
})

describe('people of a test workspace', () => {
  test('[T1] begin with the same contacts, and what one writes the other sees when time passes', async () => {
    const kit = team()
    const [ana, bo] = kit.peers
    await kit.settled()
    expect([namesIn(ana), namesIn(bo)]).toEqual([['Eve'], ['Eve']])
    const id = ana.workspace.actions.createContact({ name: 'Zoe' })
    expect(namesIn(bo)).toEqual(['Eve'])
    expect(ana.workspace.status().pending).toBe(1)
    await kit.settled()
    expect(bo.workspace.contacts.contact(id)?.name).toBe('Zoe')
    expect(ana.workspace.status().pending).toBe(0)
    expect(kit.server.committed).toBe(2)
  })

  test('[T1] see who is there, and in which field', async () => {
    const kit = team()
    const [ana, bo] = kit.peers
    await kit.settled()
    const [contactId = ''] = kit.contactIds
    ana.workspace.actions.setEditing({ contactId, field: 'name' })
    await kit.settled()
    expect(bo.workspace.others()).toMatchObject([
      { user: { id: 'ana', name: 'Ana' }, editing: { contactId, field: 'name' } },
    ])
    await ana.close()
    await kit.settled()
    expect(bo.workspace.others()).toEqual([])
  })

  test('[T1] have tabs and loads on one device, which keeps what was not sent', async () => {
    const kit = team()
    const [ana] = kit.peers
    await kit.settled()
    ana.goOffline()
    const id = ana.workspace.actions.createContact({ name: 'Zoe' })
    const second = ana.openTab()
    await kit.passes(10)
    expect(second.contacts.contact(id)?.name).toBe('Zoe')
    await ana.closeTab(second)
    expect(ana.workspace).toBe(ana.tabs[0])
    const reloaded = await ana.reload()
    await kit.passes(10)
    expect(reloaded.contacts.contact(id)?.name).toBe('Zoe')
    expect(reloaded.status().pending).toBe(1)
    ana.goOnline()
    await kit.settled()
    expect(kit.server.committed).toBe(2)
  })
})

describe('what may go wrong', () => {
  test('[T2] offline edits wait, the status says so, and all merge on coming back', async () => {
    const kit = team()
    const [ana, bo] = kit.peers
    await kit.settled()
    ana.goOffline()
    const id = ana.workspace.actions.createContact({ name: 'Zoe' })
    await kit.settled()
    expect(stateOf(ana)).toBe('offline')
    expect(ana.workspace.status()).toMatchObject({ pending: 1, onDevice: true })
    expect(bo.workspace.contacts.contact(id)).toBeUndefined()
    ana.goOnline()
    await kit.settled()
    expect(stateOf(ana)).toBe('live')
    expect(bo.workspace.contacts.contact(id)?.name).toBe('Zoe')
  })

  test('[T2] an expired token is asked for anew, and one that is refused ends in needs-auth', async () => {
    const kit = team()
    const [ana] = kit.peers
    await kit.settled()
    const states: string[] = []
    ana.workspace.onStatus(() => states.push(stateOf(ana)))
    const asked = ana.tokenRequests.length
    ana.expireToken()
    await kit.settled()
    expect(ana.tokenRequests.slice(asked)).not.toEqual([])
    expect(states).toContain('connecting')
    expect(states.at(-1)).toBe('live')
    ana.expireToken({ renewal: 'refused' })
    await kit.settled()
    expect(stateOf(ana)).toBe('needs-auth')
    ana.renewToken()
    await kit.settled()
    expect(stateOf(ana)).toBe('live')
  })

  test('[T2] a token is renewed before its hour is over, without a drop', async () => {
    const kit = team()
    const [ana] = kit.peers
    await kit.settled()
    const asked = ana.tokenRequests.length
    const states = new Set<string>()
    ana.workspace.onStatus(() => states.add(stateOf(ana)))
    await kit.passes(2 * 60 * 60 * 1000)
    expect(ana.tokenRequests.slice(asked)).toContain('renew')
    expect([...states].filter((state) => state !== 'live')).toEqual([])
  })

  test('[T2] a device that keeps nothing says so, and loses nothing while the tab lives', async () => {
    const kit = team()
    const [ana, bo] = kit.peers
    await kit.settled()
    ana.failStorage('full')
    const id = ana.workspace.actions.createContact({ name: 'Zoe' })
    await kit.settled()
    expect(ana.workspace.status().storage).toMatchObject({ kind: 'memory', reason: 'full' })
    expect(bo.workspace.contacts.contact(id)?.name).toBe('Zoe')
    ana.healStorage()
    await ana.reload()
    await kit.settled()
    expect(ana.workspace.status().storage.kind).toBe('device')
    expect(ana.workspace.contacts.contact(id)?.name).toBe('Zoe')
  })

  test('[T2] nothing is called saved while the storage is away, and it flows when that is back', async () => {
    const kit = team()
    const [ana, bo] = kit.peers
    await kit.settled()
    kit.server.goAway()
    ana.workspace.actions.createContact({ name: 'Zoe' })
    await kit.passes(2_000)
    expect(ana.workspace.status().pending).toBe(1)
    expect(namesIn(bo)).toEqual(['Eve'])
    kit.server.comeBack()
    await kit.settled()
    expect(namesIn(bo)).toEqual(['Eve', 'Zoe'])
  })

  test('[T2] a server that restarts loses nothing', async () => {
    const kit = team()
    const [ana, bo] = kit.peers
    await kit.settled()
    ana.workspace.actions.createContact({ name: 'Zoe' })
    await kit.passes(1)
    kit.server.restart()
    await kit.settled()
    expect([stateOf(ana), stateOf(bo)]).toEqual(['live', 'live'])
    expect(namesIn(bo)).toEqual(['Eve', 'Zoe'])
    expect(kit.server.committed).toBe(2)
  })

  test('[T2] roles and removals are told at once', async () => {
    const kit = team()
    const [ana, bo] = kit.peers
    await kit.settled()
    ana.setRole('viewer')
    kit.server.rename('Harbour')
    await kit.settled()
    expect(ana.workspace.self()?.role).toBe('viewer')
    expect(bo.workspace.name()).toBe('Harbour')
    expect(() => ana.workspace.actions.createContact({ name: 'Zoe' })).toThrow(ReadOnlyError)
    bo.remove()
    await kit.settled()
    expect(stateOf(bo)).toBe('denied')
  })
})

describe('the server of a test workspace', () => {
  test('[T3] refuses what the real one refuses, and the client sets it aside', async () => {
    const kit = team()
    const [ana, bo] = kit.peers
    await kit.settled()
    ana.workspace.doc.getMap('elsewhere').set('key', 1)
    ana.workspace.actions.createContact({ name: 'Zoe' })
    await kit.settled()
    expect(ana.workspace.refusedChanges()).toMatchObject([{ reason: 'unknown-root' }])
    expect(namesIn(bo)).toEqual(['Eve', 'Zoe'])
  })

  test('[T3] begins new epochs, and everybody follows with what they had not sent', async () => {
    const kit = team()
    const [ana, bo] = kit.peers
    await kit.settled()
    bo.goOffline()
    bo.workspace.actions.createContact({ name: 'Zoe' })
    await kit.settled()
    const before = ana.workspace.doc
    kit.server.beginEpoch()
    await kit.settled()
    expect(ana.workspace.doc).not.toBe(before)
    ana.workspace.actions.createContact({ name: 'Kim' })
    bo.goOnline()
    await kit.settled()
    for (const peer of [ana, bo]) expect(namesIn(peer)).toEqual(['Eve', 'Kim', 'Zoe'])
    expect(ana.workspace.status().pending + bo.workspace.status().pending).toBe(0)
  })
})

describe('the authors of notes in a test workspace', () => {
  test('[T3] are named by whose session sent them, also across an epoch and a restart', async () => {
    const kit = team()
    const [ana, bo] = kit.peers
    await kit.settled()
    const [contactId] = kit.contactIds
    if (contactId === undefined) throw new Error('nobody to write about')
    const noteId = ana.workspace.actions.addNote(contactId, 'Met at sea')
    expect(kit.server.authorOf(noteId)).toBeUndefined()
    await kit.settled()
    bo.goOffline()
    const later = bo.workspace.actions.addNote(contactId, 'Likes clocks')
    kit.server.beginEpoch()
    kit.server.restart()
    bo.goOnline()
    await kit.settled()
    expect(kit.server.authorOf(noteId)).toEqual({ id: 'ana', name: 'Ana' })
    expect(kit.server.authorOf(later)).toEqual({ id: 'bo', name: 'Bo' })
  })
})

describe('the clock of a test workspace', () => {
  test('[T1] is its own: no timer of the machine runs, also while those are faked', async () => {
    vi.useFakeTimers()
    try {
      const kit = team()
      const [ana] = kit.peers
      await kit.settled()
      const before = kit.now()
      await kit.passes(60_000)
      expect(kit.now() - before).toBe(60_000)
      expect(stateOf(ana)).toBe('live')
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  test('[T1] plays the same again: ids come out of the seed', async () => {
    const idsOf = (): string[] => {
      const [ana] = team().peers
      return [1, 2].map((n) => ana.workspace.actions.createContact({ name: `Person ${n}` }))
    }
    expect(idsOf()).toEqual(idsOf())
  })

  test('[T1] says who does not come to rest', async () => {
    const kit = createTestWorkspace({ people: ['Cy', { name: 'Di', id: 'di-7', role: 'viewer' }] })
    opened.push(kit)
    const [, di] = kit.peers
    await kit.settled()
    expect(di.workspace.self()).toMatchObject({ id: 'di-7', name: 'Di', role: 'viewer' })
    const [cy] = kit.peers
    cy.workspace.onStatus(() => {
      if (stateOf(cy) === 'live') kit.server.restart()
    })
    cy.workspace.actions.createContact({ name: 'Zoe' })
    await expect(kit.settled()).rejects.toThrow(/not settled after 60 s: Cy: \w+/)
  })
})
