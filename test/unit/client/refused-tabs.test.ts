import { aboutText, type ContactId } from 'kith-shared'
import { expect, test } from 'vitest'
import type { Activity, Workspace } from '../../../client/index.js'
import { contentOf } from '../../harness/team.js'
import { Browser, until } from './browser.js'
import { GateServer } from './gate-server.js'

const forge = ({ doc }: Workspace): void => {
  doc.getMap('elsewhere').set('a', 1)
}

const about = ({ doc }: Workspace, id: ContactId): string => aboutText(doc, id).toString()

/** Two tabs with one contact that is saved. */
const two = async () => {
  const browser = new Browser()
  const server = new GateServer(browser)
  const one = browser.open()
  const socket = await server.welcome(one)
  const id = one.actions.createContact({ name: 'Zoe' })
  await server.settles(one)
  const other = browser.open()
  await server.welcome(other)
  await until(() => other.contacts.contact(id) !== undefined)
  return { browser, server, one, other, id, socket }
}

test('[P5] what one tab writes anew shows once in the other at any time, and is told as it was', async () => {
  const { server, one, other, id } = await two()
  const told: Activity[] = []
  const shown = new Set<string>()
  other.onActivity((activity) => told.push(activity))
  other.contacts.subscribe(() => shown.add(about(other, id)))
  forge(one)
  aboutText(one.doc, id).insert(0, 'Met')
  await until(() => about(other, id) === 'Met')
  await server.settles(one, other)
  await until(() => told.length > 0)
  expect([...shown]).toEqual(['Met'])
  expect(told).toMatchObject([{ payload: { changes: { about: { before: '', after: 'Met' } } } }])
  expect(contentOf(other.doc)).toEqual(contentOf(server.gate.doc))
  await Promise.all([one.close(), other.close()])
})
