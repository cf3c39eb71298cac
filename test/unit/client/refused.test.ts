import { aboutText, type ContactId, type DocumentChange } from 'kith-shared'
import { describe, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import type { Edit } from '../../../client/core/edit.js'
import { indexedDbStore } from '../../../client/edge/store.js'
import type { Activity, Workspace } from '../../../client/index.js'
import { contentOf } from '../../harness/team.js'
import { Browser, until } from './browser.js'
import { GateServer } from './gate-server.js'

const STORE = 'kith:wss://kith.test/ws/workspace/team:ana'

/** What the gate refuses, straight into the document. */
const forge = ({ doc }: Workspace): void => {
  doc.getMap('elsewhere').set('a', 1)
}

/** A write that the gate refuses for its size, over which more can be written. */
const tooLarge = ({ doc }: Workspace, key: string): void => {
  doc.getMap('fields').set(key, 'x'.repeat(20_000))
}

const about = ({ doc }: Workspace, id: ContactId): string => aboutText(doc, id).toString()

/** A tab with one contact that is saved. */
const working = async () => {
  const browser = new Browser()
  const server = new GateServer(browser)
  const tab = browser.open()
  const socket = await server.welcome(tab)
  const id = tab.actions.createContact({ name: 'Zoe' })
  await server.settles(tab)
  return { browser, server, tab, id, socket }
}

const contentIn = ({ doc }: Workspace): unknown => contentOf(doc)

describe('[P4] after a refusal', () => {
  test('all other work is saved, and the document no longer shows what was refused', async () => {
    const { server, tab, id } = await working()
    const docs: Y.Doc[] = []
    const heard: DocumentChange[] = []
    tab.onDoc((doc) => docs.push(doc))
    tab.contacts.subscribe((changes) => heard.push(...changes))
    const before = tab.doc
    const noted = tab.contacts.contact(id)
    tooLarge(tab, `${id}/title`)
    tab.actions.setField(id, 'company', 'Acme')
    aboutText(tab.doc, id).insert(0, 'Met at sea')
    heard.length = 0
    await server.settles(tab)
    expect(docs).toEqual([tab.doc])
    expect(tab.doc).not.toBe(before)
    expect(tab.contacts.contact(id)).toMatchObject({ title: '', company: 'Acme' })
    expect(noted?.emails).toBe(tab.contacts.contact(id)?.emails)
    expect(about(tab, id)).toBe('Met at sea')
    expect(contentOf(server.gate.doc)).toEqual(contentIn(tab))
    expect(tab.refusedChanges()).toMatchObject([{ reason: 'bad-value', touches: [`${id}/title`] }])
    expect(heard).toMatchObject([{ type: 'contact-updated', changes: { title: { after: '' } } }])
    await tab.close()
  })

  test('[P5] what is written anew counts as waiting until it is saved, and is told once', async () => {
    const { server, tab, id } = await working()
    const told: Activity[] = []
    tab.onActivity((activity) => told.push(activity))
    const pending = new Set<number>()
    tab.onStatus(() => pending.add(tab.status().pending))
    forge(tab)
    tab.actions.setField(id, 'company', 'Acme')
    expect(tab.status().pending).toBe(2)
    await server.settles(tab)
    await until(() => told.length > 0)
    expect([...pending]).toEqual([2, 1, 0])
    expect(told).toMatchObject([
      { type: 'contact_updated', payload: { changes: { company: { after: 'Acme' } } } },
    ])
    await tab.close()
  })

  test('[P3] what is written anew is sent only when the device holds it in the place of the old', async () => {
    const { server, tab, id, socket } = await working()
    forge(tab)
    tab.actions.setField(id, 'company', 'Acme')
    await until(() => {
      server.hears()
      return tab.status().refused === 1
    })
    // As an update, or in the answer to the gap that the first one left.
    const messages = () => socket.of('update').length + socket.of('sync-step-2').length
    const sent = messages()
    expect(tab.status()).toMatchObject({ pending: 1, onDevice: false })
    await until(() => messages() > sent)
    expect(tab.status()).toMatchObject({ pending: 1, onDevice: true })
    await server.settles(tab)
    await tab.close()
  })

  test('[P3] where the device keeps nothing, it is sent all the same', async () => {
    const browser = new Browser()
    vi.stubGlobal('indexedDB', undefined)
    const server = new GateServer(browser)
    const tab = browser.open()
    await server.welcome(tab)
    forge(tab)
    const id = tab.actions.createContact({ name: 'Zoe' })
    await server.settles(tab)
    expect(server.gate.doc.getMap('contacts').has(id)).toBe(true)
    expect(tab.status()).toMatchObject({ refused: 1, storage: { kind: 'memory' } })
    await tab.close()
    vi.unstubAllGlobals()
  })

  test('[P3] it outlives a reload: the refused one aside, the rest saved once', async () => {
    const { browser, server, tab, id } = await working()
    forge(tab)
    aboutText(tab.doc, id).insert(0, 'Met')
    await until(() => server.gate.rows.length === 1 && tab.status().onDevice)
    await until(() => {
      server.hears()
      return tab.status().refused === 1 && tab.status().onDevice
    })
    await tab.close()
    const later = browser.open()
    await server.welcome(later)
    await server.settles(later)
    expect(about(later, id)).toBe('Met')
    expect(later.status()).toMatchObject({ refused: 1, pending: 0 })
    const [refused] = later.refusedChanges()
    later.discardRefused(refused?.id ?? '')
    expect(later.refusedChanges()).toEqual([])
    await later.close()
    const last = browser.open()
    await server.welcome(last)
    await until(() => last.status().connection.state === 'live')
    expect(last.status()).toMatchObject({ refused: 0, pending: 0 })
    expect(contentIn(last)).toEqual(contentOf(server.gate.doc))
    await last.close()
  })

  test('what belongs to a refused contact is set aside with it, and given up by itself', async () => {
    const { server, tab } = await working()
    const lost = 'c-lost' as ContactId
    tab.doc.transact(() => {
      forge(tab)
      tab.doc.getMap('contacts').set(lost, { name: 'Lost', createdAt: 1 })
    })
    tab.actions.setField(lost, 'company', 'Acme')
    await server.settles(tab)
    const [refused, belonging] = tab.refusedChanges()
    expect(belonging).toMatchObject({ blockedBy: refused?.id, touches: [`${lost}/company`] })
    expect(tab.contacts.contact(lost)).toBeUndefined()
    tab.discardRefused(belonging?.id ?? '')
    expect(tab.refusedChanges()).toMatchObject([{ id: refused?.id }])
    await tab.close()
  })

  test('several refused ones are told each, and nothing goes round in circles', async () => {
    const { server, tab, id } = await working()
    for (let n = 0; n < 6; n++) {
      forge(tab)
      tab.actions.setField(id, 'company', `Acme ${n}`)
    }
    await server.settles(tab)
    expect(tab.refusedChanges()).toHaveLength(6)
    expect(tab.contacts.contact(id)?.company).toBe('Acme 5')
    expect(server.refusals.filter((reason) => reason !== 'gap').length).toBeLessThan(20)
    await tab.close()
  })

  test('[P7] edits are written anew 50 times on one connection, and the rest on the next', async () => {
    const { server, tab, id } = await working()
    const tooDeep = JSON.parse(`${'['.repeat(9)}${']'.repeat(9)}`) as unknown
    for (let n = 0; n < 52; n++) tab.doc.getMap('fields').set(`${id}/${n}`, tooDeep)
    tab.actions.setField(id, 'company', 'Acme')
    const refuses = (count: number) =>
      until(() => {
        server.hears()
        return tab.status().refused >= count
      })
    for (const count of [15, 30, 45, 51]) await refuses(count)
    expect(tab.status().connection.reason).toBe('refused-change')
    expect(tab.status().pending).toBe(2)
    expect(tab.contacts.contact(id)?.company).toBe('')
    tab.disconnect()
    tab.connect()
    await server.welcome(tab)
    await server.settles(tab)
    expect(tab.refusedChanges()).toHaveLength(52)
    expect(tab.contacts.contact(id)?.company).toBe('Acme')
    await tab.close()
  })

  test('an app that still writes to the old document loses nothing, and is told', async () => {
    const { server, tab, id } = await working()
    const old = tab.doc
    const errors: string[] = []
    tab.onError(({ code }) => errors.push(code))
    forge(tab)
    await until(() => {
      server.hears()
      return tab.doc !== old
    })
    old.getMap('fields').set(`${id}/company`, 'Acme')
    aboutText(old, id).insert(0, 'Met')
    expect(errors).toEqual(['refused-change', 'old-document'])
    expect(tab.contacts.contact(id)?.company).toBe('Acme')
    await server.settles(tab)
    expect(about(tab, id)).toBe('Met')
    expect(contentOf(server.gate.doc)).toEqual(contentIn(tab))
    await tab.close()
  })

  test('whoever hears of it from the index reads and writes the new document', async () => {
    const { server, tab, id } = await working()
    const old = tab.doc
    const titles: unknown[] = []
    tab.contacts.subscribe(() => {
      if (tab.doc === old) return
      titles.push(tab.doc.getMap('fields').get(`${id}/title`))
      if (titles.length === 1) tab.actions.setField(id, 'company', 'Acme')
    })
    tooLarge(tab, `${id}/title`)
    await server.settles(tab)
    expect(titles[0]).toBeUndefined()
    expect(titles.length).toBeGreaterThan(0)
    expect(server.gate.doc.getMap('fields').get(`${id}/company`)).toBe('Acme')
    await tab.close()
  })

  test('[P2] what is saved while its row is still on its way stays in sight', async () => {
    const { server, tab, id } = await working()
    tab.actions.setField(id, 'company', 'Acme')
    await until(() => {
      server.hears()
      return tab.status().pending === 0
    })
    const old = tab.doc
    forge(tab)
    await until(() => {
      server.hears()
      return tab.doc !== old
    })
    expect(tab.contacts.contact(id)?.company).toBe('Acme')
    await tab.close()
  })

  /** Bob has taken the tab's client id before Ana writes under it. */
  const taken = async () => {
    const { browser, server } = await working()
    const tab = browser.open()
    const bobs = new Y.Doc()
    bobs.clientID = tab.doc.clientID
    bobs.getText('about/c').insert(0, '!')
    const bob = () => server.gate.takes('bob', Y.encodeStateAsUpdate(bobs))
    const type = () => aboutText(tab.doc, 'c' as ContactId).insert(0, 'Met at sea')
    return { server, tab, bob, type, text: () => tab.doc.getText('about/c').toString() }
  }

  test('what was written under an id that is another’s gets an id of its own', async () => {
    const { server, tab, bob, type, text } = await taken()
    await server.welcome(tab)
    expect(bob()).toBe('accepted')
    type()
    await until(() => {
      server.hears()
      return tab.status().pending === 0
    })
    expect(server.refusals).toContain('foreign-client')
    await until(() => {
      server.tells()
      return text().includes('!')
    })
    expect(tab.refusedChanges()).toEqual([])
    expect(text().replace('!', '')).toBe('Met at sea')
    expect(contentIn(tab)).toEqual(contentOf(server.gate.doc))
    await tab.close()
  })

  test('it is set aside whole where that id’s work is here already', async () => {
    const { server, tab, bob, type, text } = await taken()
    type()
    expect(bob()).toBe('accepted')
    await server.welcome(tab)
    await server.settles(tab)
    expect(tab.refusedChanges()).toMatchObject([{ reason: 'foreign-client' }])
    expect(text()).toBe('!')
    await tab.close()
  })

  test('a refused deletion of a contact shows the contact again', async () => {
    const { server, tab, id } = await working()
    tab.doc.getMap('contacts').delete(id)
    expect(tab.contacts.contact(id)).toBeUndefined()
    tab.actions.createContact({ name: 'Ann' })
    await server.settles(tab)
    expect(tab.refusedChanges()).toMatchObject([{ reason: 'written-once', touches: [id] }])
    expect(tab.contacts.contact(id)?.name).toBe('Zoe')
    expect(tab.contacts.contactIds()).toHaveLength(2)
    await tab.close()
  })
})

describe('[P4] with several tabs', () => {
  const two = async () => {
    const { browser, server, tab: one, id } = await working()
    const other = browser.open()
    await server.welcome(other)
    await until(() => other.contacts.contact(id) !== undefined)
    return { browser, server, one, other, id }
  }

  test('each writes its own work anew, once, and both show the same', async () => {
    const { server, one, other, id } = await two()
    tooLarge(one, `${id}/title`)
    aboutText(one.doc, id).insert(0, 'one ')
    await until(() => about(other, id) === 'one ')
    // It builds on both: on what is refused, and on what will be written anew.
    other.actions.setField(id, 'title', 'Dr')
    aboutText(other.doc, id).insert(4, 'two ')
    await until(() => about(one, id) === 'one two ')
    await server.settles(one, other)
    await until(() => about(one, id).length === 8 && about(other, id).length === 8)
    for (const tab of [one, other]) {
      expect(contentIn(tab)).toEqual(contentOf(server.gate.doc))
      expect(tab.contacts.contact(id)?.title).toBe('Dr')
      expect(tab.refusedChanges()).toHaveLength(1)
      expect(tab.doc.store.pendingStructs).toBeNull()
    }
    expect(about(one, id).trim().split(' ').sort()).toEqual(['one', 'two'])
    one.discardRefused(one.refusedChanges()[0]?.id ?? '')
    await until(() => other.status().refused === 0)
    await Promise.all([one.close(), other.close()])
  })

  test('a tab that dies behind a refusal leaves its work to the other one', async () => {
    const { server, one, other, id } = await two()
    tooLarge(one, `${id}/title`)
    await until(() => other.contacts.contact(id)?.title.length === 20_000)
    other.actions.setField(id, 'title', 'Dr')
    await until(() => one.contacts.contact(id)?.title === 'Dr' && one.status().onDevice)
    await other.close()
    await server.settles(one)
    expect(server.gate.doc.getMap('fields').get(`${id}/title`)).toBe('Dr')
    expect(one.contacts.contact(id)?.title).toBe('Dr')
    await one.close()
  })

  test('a tab that opens in between hears what became of what it read', async () => {
    const { browser, server, one, other, id } = await two()
    tooLarge(one, `${id}/title`)
    one.actions.setField(id, 'company', 'Acme')
    await until(() => one.status().onDevice)
    const third = browser.open()
    await until(() => third.contacts.contact(id)?.company === 'Acme')
    await server.welcome(third)
    await server.settles(one, other, third)
    await until(() => third.status().refused === 1)
    expect(contentIn(third)).toEqual(contentOf(server.gate.doc))
    await Promise.all([one.close(), other.close(), third.close()])
  })
})

describe('[P3] a crash', () => {
  const edited = (id: string, doc: Y.Doc, edit: () => void): Edit => {
    let update: Uint8Array = new Uint8Array()
    const take = (bytes: Uint8Array): void => {
      update = bytes
    }
    doc.on('update', take)
    edit()
    doc.off('update', take)
    const owner = doc.clientID
    return { id, owner, clientId: owner, update, epoch: 1, touches: [id] }
  }

  /** What a tab left that is gone: the first one to be refused, two behind it. */
  const left = async (refused: Partial<Edit>) => {
    const browser = new Browser()
    const doc = new Y.Doc()
    const edits = [
      edited('000000000000001-1', doc, () => doc.getMap('elsewhere').set('a', 1)),
      edited('000000000000002-1', doc, () =>
        doc.getMap('contacts').set('c', { name: 'Zoe', createdAt: 1 }),
      ),
      edited('000000000000003-1', doc, () => doc.getText('about/c').insert(0, 'Met')),
    ]
    const [first, ...rest] = edits
    if (!first) throw new Error('no edit')
    await indexedDbStore(STORE).keep([{ ...first, ...refused }, ...rest], [], 'strict')
    return { browser, server: new GateServer(browser) }
  }

  const saved = { contacts: { c: { name: 'Zoe', createdAt: 1 } }, about: [['c', 'Met']] }

  test('before the new outbox was kept leaves the old one, and it all goes as it would have', async () => {
    const { browser, server } = await left({})
    const tab = browser.open()
    await server.welcome(tab)
    await until(() => tab.contacts.contactIds().length === 1)
    await server.settles(tab)
    expect(contentOf(server.gate.doc)).toMatchObject(saved)
    expect(tab.refusedChanges()).toMatchObject([{ reason: 'unknown-root' }])
    await tab.close()
  })

  test('with edits left behind a refused one: they are written anew at the next start', async () => {
    const { browser, server } = await left({ refused: 'unknown-root' })
    const tab = browser.open()
    await until(() => tab.contacts.contactIds().length === 1 && tab.status().onDevice)
    expect(tab.status()).toMatchObject({ refused: 1, pending: 2 })
    await tab.close()
    const kept = await indexedDbStore(STORE).load()
    if (kept.outcome !== 'loaded') throw new Error(kept.reason)
    expect(kept.edits.map(({ id, refused, replaces }) => refused ?? replaces ?? id)).toEqual([
      'unknown-root',
      '000000000000002-1',
      '000000000000003-1',
    ])
    const later = browser.open()
    await server.welcome(later)
    await until(() => later.status().pending === 2)
    await server.settles(later)
    expect(contentOf(server.gate.doc)).toMatchObject(saved)
    expect(server.refusals).toEqual([])
    await later.close()
  })
})
