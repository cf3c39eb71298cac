import { expect, test } from 'vitest'
import * as Y from 'yjs'
import type { Edit } from '../../../client/core/edit.js'
import type { Tabs } from '../../../client/core/ports.js'
import { Ledger } from '../../../client/ledger.js'

const nothing = (): void => undefined
const ALONE: Tabs = {
  knowsWhoLives: true,
  start: nothing,
  post: nothing,
  onLead: nothing,
  onGone: nothing,
  takeTurn: () => nothing,
  close: nothing,
}

test('[P3] what is written anew twice waits for the device once: a gap is answered again after it', () => {
  const ledger = new Ledger(ALONE, nothing)
  const doc = new Y.Doc()
  doc.clientID = 1
  const made: Edit[] = []
  const edit = (update: Uint8Array, clientId: number): Edit => {
    const one = {
      id: `e${made.length}`,
      owner: 1,
      clientId,
      update,
      epoch: 1,
      touches: ['about/c'],
    }
    made.push(one)
    return one
  }
  doc.on('update', (update: Uint8Array) => ledger.outbox.add(edit(update, 1)))
  doc.getText('about/c').insert(0, 'refused')
  doc.getText('about/c').insert(7, 'kept')
  const rebuild = (clientId: number): Edit | undefined =>
    ledger.rebuild(
      {
        isMine: () => true,
        clientId,
        remake: ({ id }, update) => ({ ...edit(update, clientId), replaces: id }),
      },
      ledger.pending,
    ).change.edits[0]
  const [refused] = made
  if (refused === undefined) throw new Error('no edit')
  ledger.casualties.refuse({ ...refused, refused: 'too-heavy' })
  ledger.outbox.replace([refused.id], [])
  const once = rebuild(2)
  if (once === undefined) throw new Error('nothing written anew')
  ledger.casualties.lose(once)
  const twice = rebuild(3)
  expect(ledger.isUnsafe).toBe(true)
  ledger.kept([twice?.id ?? ''])
  expect(ledger.isUnsafe).toBe(false)
})
