import type { UndoAction } from 'kith-client'
import { expect, test } from 'vitest'
import { placeOfAction, shortName, undoWords } from '../../../demo/src/toast/undo-words.js'
import { contactId } from '../contact-id.js'
import { openTeam } from '../react/team.js'

const [FIRST, SECOND] = [contactId('contact-1'), contactId('contact-2')]

test('[W20] a step is said by what it did and to whom', async () => {
  const { workspace } = await openTeam(2)
  const say = (action: UndoAction) => undoWords(action, workspace.contacts)
  expect(say({ id: 1, type: 'contact_deleted', contactId: FIRST })).toBe('deleted Name 1')
  const update = { id: 1, type: 'contact_updated', contactId: FIRST } as const
  expect(say({ ...update, fields: ['company'] })).toBe('changed Company of Name 1')
  expect(say({ ...update, fields: ['company', 'title'] })).toBe('changed several fields of Name 1')
  expect(say({ id: 1, type: 'several', contactIds: [FIRST, SECOND] })).toBe('changed 2 contacts')
})

test('[W20] an undo shows in the contact that is there, and nowhere in one that is gone', async () => {
  const { workspace } = await openTeam(2)
  workspace.actions.deleteContact(SECOND)
  const place = (id: typeof FIRST) =>
    placeOfAction({ id: 1, type: 'contact_restored', contactId: id }, workspace.contacts)
  expect([place(FIRST), place(SECOND)]).toEqual([FIRST, undefined])
})

test('[W20] a long name fits into a toast, and is cut between letters', () => {
  expect(shortName('👩🏽‍🚀'.repeat(40)).length).toBeLessThan(90)
  expect(shortName('x'.repeat(1_000))).toBe(`${'x'.repeat(39)}…`)
  expect(shortName('  ')).toBe('a contact without a name')
})
