import type { ContactId, ContactInput, NoteId } from 'kith-shared'
import { describe, expect, test } from 'vitest'
import { jsonFile } from '../../../demo/src/export/json-file.js'
import { savedContacts } from '../../../demo/src/export/saved-contact.js'
import { parseJson } from '../../../demo/src/import/json-file.js'
import type { FileContact, ParsedContacts } from '../../../demo/src/import/parsed-contacts.js'
import { runImport } from '../../../demo/src/import/run-import.js'
import { emptyWorkspace, importInto, planOf, type TestTarget } from './empty-workspace.js'

const file = (
  ...inputs: (ContactInput & Partial<Pick<FileContact, 'id' | 'about' | 'notes'>>)[]
) => {
  const contacts = inputs.map(({ id, about = '', notes = [], ...input }, at) => ({
    line: at + 2,
    ...(id === undefined ? {} : { id }),
    input,
    about,
    notes,
  }))
  return { contacts, skipped: [], leftOut: [] } satisfies ParsedContacts
}

const ana = { name: 'Ana Lima', emails: [{ value: 'ana@example.com' }] }

const living = (workspace: TestTarget) => savedContacts(workspace).map(({ contact }) => contact)

const many = (count: number): ContactInput[] =>
  Array.from({ length: count }, (_, at) => ({ name: `Contact ${at}` }))

describe('who is here already', () => {
  test('[W45] is the same by name and email or phone, however they are spelled', async () => {
    const workspace = emptyWorkspace()
    await importInto(workspace, file({ ...ana, phones: [{ value: '+351 912-345' }] }))
    const again = file(
      { name: 'ANA  lima', emails: [{ value: 'Ana@Example.com' }] },
      { name: 'Ana Lima', phones: [{ value: '00351 912345' }] },
      // One address for several people, and one name for several people.
      { name: 'Rui Lima', emails: [{ value: 'ana@example.com' }] },
      { name: 'Ana Lima', emails: [{ value: 'another@example.com' }] },
    )
    expect(await planOf(workspace, again, 'skip')).toMatchObject({ created: 2, unchanged: 2 })
    expect(await planOf(workspace, again, 'import')).toMatchObject({ created: 4 })
  })

  test('[W45] gets what is missing, and keeps what is there', async () => {
    const workspace = emptyWorkspace()
    await importInto(workspace, file({ ...ana, company: 'Acme', tags: ['Old'] }))
    const result = await importInto(
      workspace,
      file({
        ...ana,
        company: 'Other',
        title: 'CEO',
        emails: [{ value: 'ANA@example.com' }, { value: 'second@example.com' }],
        tags: ['Old', 'New'],
        about: 'Likes tea',
        notes: [{ body: 'Met at sea' }],
      }),
    )
    expect(result.counts).toMatchObject({ created: 0, updated: 1 })
    const [saved] = savedContacts(workspace)
    expect(saved).toMatchObject({
      contact: {
        company: 'Acme',
        title: 'CEO',
        emails: [{ value: 'ana@example.com' }, { value: 'second@example.com' }],
        tags: ['Old', 'New'],
      },
      about: 'Likes tea',
      notes: [{ body: 'Met at sea' }],
    })
  })

  test('[W41] does not get back a note of the export that was deleted since', async () => {
    const workspace = emptyWorkspace()
    const note = { id: 'note' as NoteId, body: 'Met at sea' }
    const exported = file({ ...ana, id: 'ana' as ContactId, notes: [note] })
    await importInto(workspace, exported)
    workspace.actions.deleteNote(note.id)
    expect(await planOf(workspace, exported)).toMatchObject({ updated: 0, unchanged: 1 })
    expect((await importInto(workspace, exported)).step).toBeUndefined()
  })

  test('[W45] twice in one file comes once, with what both lines say', async () => {
    const workspace = emptyWorkspace()
    const twice = file({ ...ana }, { ...ana, title: 'CEO' })
    expect(await planOf(workspace, twice)).toMatchObject({ created: 1, joined: 1 })
    const { counts } = await importInto(workspace, twice)
    expect(counts).toMatchObject({ created: 1, joined: 1 })
    expect(living(workspace)).toMatchObject([{ name: 'Ana Lima', title: 'CEO' }])
  })

  test('[W45] and deleted comes back by the id of an own export, once imported again', async () => {
    const workspace = emptyWorkspace()
    await importInto(workspace, file({ ...ana, id: 'ana' as ContactId }))
    workspace.actions.deleteContact('ana' as ContactId)
    const again = file({ ...ana, id: 'ana' as ContactId })
    expect(await planOf(workspace, again)).toMatchObject({ created: 0, restored: 1 })
    await importInto(workspace, again)
    expect(living(workspace)).toMatchObject([{ id: 'ana' }])
    // Imported once more all the same, it is another contact.
    await importInto(workspace, again, 'import')
    expect(living(workspace)).toHaveLength(2)
  })
})

describe('an import', () => {
  test('[W46] is one step of undo, with its notes and long texts', async () => {
    const workspace = emptyWorkspace()
    await importInto(workspace, file({ ...ana }))
    const before = savedContacts(workspace)
    const { step } = await importInto(
      workspace,
      file({ ...ana, title: 'CEO' }, ...many(250), { name: 'Long', about: 'x'.repeat(200_000) }),
    )
    expect(living(workspace)).toHaveLength(252)
    expect(workspace.undo.undo(step)?.id).toBe(step?.id)
    expect(savedContacts(workspace)).toEqual(before)
    workspace.undo.redo()
    expect(living(workspace)).toHaveLength(252)
  })

  test('[W46] that is cancelled says what it has made, and that is taken back in one', async () => {
    const workspace = emptyWorkspace()
    const controller = new AbortController()
    const result = await runImport(workspace, file(...many(1_000)), 'fill', {
      onProgress: (share) => share >= 0.3 && controller.abort(),
      signal: controller.signal,
    })
    expect(result.wasStopped).toBe('cancelled')
    expect(result.counts.created).toBe(300)
    expect(living(workspace)).toHaveLength(300)
    // What is done meanwhile stays.
    const mine = workspace.actions.createContact({ name: 'Mine' })
    workspace.undo.undo(result.step)
    expect(living(workspace)).toMatchObject([{ id: mine }])
  })

  test('[W46] ends where edits are taken no more, with a word', async () => {
    const workspace = emptyWorkspace()
    const result = await runImport(workspace, file(...many(300)), 'fill', {
      onProgress: () => {
        workspace.person.mayEdit = false
      },
      signal: new AbortController().signal,
    })
    expect(result).toMatchObject({ wasStopped: 'read-only', counts: { created: 100 } })
  })

  test('[W46] that changes nothing leaves the last step what it was', async () => {
    const workspace = emptyWorkspace()
    await importInto(workspace, file({ ...ana }))
    const last = workspace.undo.state().undo
    const { step } = await importInto(workspace, file({ ...ana }))
    expect(step).toBeUndefined()
    expect(workspace.undo.state().undo).toEqual(last)
  })

  test('[W40] of contacts larger than one value keeps all of them, in updates that are taken', async () => {
    const entries = (kind: string) =>
      Array.from({ length: 60 }, (_, at) => ({
        label: `${kind} ${at}`,
        value: `${'é'.repeat(300)}${at}`,
      }))
    const large = {
      name: 'Großer Name '.repeat(900),
      company: 'c'.repeat(15_000),
      emails: entries('email'),
      links: entries('link'),
      addresses: [{ street: 's'.repeat(9_000), city: 'Porto' }],
      about: '🌊'.repeat(200_000),
      notes: [{ body: 'n'.repeat(16_000) }],
    }
    const before = emptyWorkspace()
    await importInto(before, file(large))
    const sizes = before.person.sent.map((update) => update.length)
    expect(Math.max(...sizes)).toBeLessThan(512 * 1024)
    const [saved] = savedContacts(before)
    expect(saved?.about).toBe(large.about)
    expect(saved?.contact.emails.map(({ value }) => value)).toEqual(
      large.emails.map(({ value }) => value),
    )
    const json = jsonFile(savedContacts(before), {
      exportedAt: '',
      workspace: { id: 'w', name: 'W' },
    })
    const parsed = parseJson(json)
    if ('reason' in parsed) throw new Error(parsed.reason)
    expect([parsed.skipped, parsed.leftOut]).toEqual([[], []])
    const after = emptyWorkspace()
    await importInto(after, parsed)
    expect(savedContacts(after)[0]).toMatchObject({
      about: large.about,
      contact: { name: large.name, company: large.company },
      notes: [{ body: large.notes[0]?.body }],
    })
    expect(savedContacts(after)[0]?.contact.links.map(({ value }) => value)).toEqual(
      large.links.map(({ value }) => value),
    )
  })
})
