import { expect, test } from 'vitest'
import * as Y from 'yjs'
import type { TabMessage, Tabs } from '../../../client/core/ports.js'
import { Replica } from '../../../client/replica.js'

/** A tab whose messages are collected, and which hears what the play says. */
const openReplica = () => {
  const posted: TabMessage[] = []
  let hear: (message: TabMessage) => void = () => undefined
  const tabs: Tabs = {
    knowsWhoLives: true,
    start: (_owner, listener) => {
      hear = listener
    },
    post: (message) => posted.push(message),
    onLead: () => undefined,
    onGone: () => undefined,
    close: () => undefined,
  }
  const nothing = () => undefined
  const listener = {
    edited: nothing,
    settled: nothing,
    rebased: nothing,
    replaced: nothing,
    keep: nothing,
    changed: nothing,
  }
  const parts = { doc: new Y.Doc(), tabs, now: () => 1, newClientId: () => 7, listener }
  const replica = new Replica(parts)
  replica.start()
  return { replica, posted, hear: (message: TabMessage) => hear(message) }
}

test('[P5] who joins is told of all that was settled, also by tabs that are gone', () => {
  const { posted, hear } = openReplica()
  const settled = [{ id: '000000000000001-42', seq: 5 }]
  hear({ type: 'settled', settled })
  hear({ type: 'joined' })
  expect(posted).toContainEqual({ type: 'settled', settled })
})
