import { aboutText } from 'kith-shared'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { forgetWorkspace, type UnsavedFile } from '../../../client/index.js'
import { Browser, until } from './browser.js'
import { GateServer } from './gate-server.js'

const PLACE = { url: 'https://kith.test', workspaceId: 'team', userId: 'ana' }

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'))

const changesIn = ({ edits }: UnsavedFile) => edits.flatMap(({ changes }) => changes)

/** One contact that is saved; offline, its company written twice, a note, letters; one refused change. */
const busy = async () => {
  const browser = new Browser()
  const server = new GateServer(browser)
  const tab = browser.open()
  await server.welcome(tab)
  const id = tab.actions.createContact({ name: 'Zoe' })
  await server.settles(tab)
  tab.doc.getMap('elsewhere').set('a', 'not here')
  await until(() => {
    server.hears()
    return tab.status().refused === 1
  })
  tab.disconnect()
  tab.actions.setField(id, 'company', 'Acme')
  tab.actions.setField(id, 'company', 'Acme Ltd')
  const noteId = tab.actions.addNote(id, 'met in Rome')
  aboutText(tab.doc, id).insert(0, 'likes tea')
  const made = tab.actions.createContact({ name: 'Yves' })
  await until(() => tab.status().onDevice)
  return { browser, server, tab, id, noteId, made }
}

test('[D8] what no server has can be read in the file: whose, which field, what was written', async () => {
  const { tab, id, noteId, made } = await busy()
  const file = tab.exportUnsaved()
  expect(file).toMatchObject({
    format: 'kith-unsaved-edits',
    version: 1,
    server: 'wss://kith.test/ws/workspace/team',
    workspaceId: 'team',
    userId: 'ana',
  })
  const zoe = { contactId: id, contactName: 'Zoe' }
  expect(changesIn(file)).toEqual([
    // Each with what itself wrote, also where it was overwritten since.
    { ...zoe, field: 'company', value: 'Acme' },
    { ...zoe, field: 'company', value: 'Acme Ltd' },
    {
      ...zoe,
      noteId,
      field: 'note',
      value: expect.objectContaining({ contactId: id, body: 'met in Rome' }),
    },
    { ...zoe, field: 'about', value: 'likes tea' },
    {
      contactId: made,
      contactName: 'Yves',
      field: 'contact',
      value: expect.objectContaining({ name: 'Yves' }),
    },
  ])
  const refused = file.edits.filter(({ state }) => state === 'refused')
  expect(refused).toMatchObject([{ reason: 'unknown-root' }])
  await tab.close()
})

test('[D8] the file merges: its bytes on what they were made on are the document', async () => {
  const { server, tab, id } = await busy()
  const file: UnsavedFile = JSON.parse(JSON.stringify(tab.exportUnsaved()))
  const doc = new Y.Doc()
  for (const update of server.gate.rows) Y.applyUpdate(doc, update)
  for (const { state, update } of file.edits) {
    if (state === 'waiting') Y.applyUpdate(doc, bytesOf(update))
  }
  expect(doc.getMap('fields').get(`${id}/company`)).toBe('Acme Ltd')
  expect(doc.getMap('contacts').size).toBe(2)
  expect(aboutText(doc, id).toString()).toBe('likes tea')
  await tab.close()
})

test('[D8] a workspace is not forgotten with unsaved edits in it unless told so; it hands them out', async () => {
  const { tab } = await busy()
  const file = tab.exportUnsaved()
  await tab.close()
  const result = await forgetWorkspace(PLACE)
  // Two values of one field are one thing to lose.
  expect(result).toMatchObject({ outcome: 'unsaved', pending: 4, refused: 1 })
  if (result.outcome !== 'unsaved') throw new Error(result.outcome)
  expect(result.file).toEqual({ ...file, exportedAt: result.file.exportedAt })
  expect(await forgetWorkspace(PLACE, { unsaved: 'discard' })).toEqual({ outcome: 'forgotten' })
  expect(await indexedDB.databases()).toEqual([])
})
