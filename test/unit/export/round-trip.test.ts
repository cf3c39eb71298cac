import fc from 'fast-check'
import { TEXT_FIELDS } from 'kith-shared'
import { describe, expect, test } from 'vitest'
import { csvFile } from '../../../demo/src/export/csv-file.js'
import { jsonFile } from '../../../demo/src/export/json-file.js'
import { type SavedContact, savedContacts } from '../../../demo/src/export/saved-contact.js'
import { vcardFile } from '../../../demo/src/export/vcard-file.js'
import type { FileContact } from '../../../demo/src/import/parsed-contacts.js'
import { type FileContent, readFile } from '../../../demo/src/import/read-file.js'
import { emptyWorkspace, importInto, planOf, type TestTarget } from '../import/empty-workspace.js'

const FORMATS: Readonly<Record<string, (saved: SavedContact[]) => string>> = {
  CSV: csvFile,
  'vCard 3.0': (saved) => vcardFile(saved, '3.0'),
  'vCard 4.0': (saved) => vcardFile(saved, '4.0'),
  JSON: (saved) =>
    jsonFile(saved, { exportedAt: '2026-11-22T07:00:00.000Z', workspace: { id: 'w', name: 'W' } }),
}

const read = (text: string): FileContent =>
  readFile(Uint8Array.from(Buffer.from(text)), { encoding: 'auto', separator: '' })

const contactsIn = (text: string) => {
  const content = read(text)
  if (content.type !== 'contacts') throw new Error(`read as ${JSON.stringify(content)}`)
  expect(content.parsed.skipped).toEqual([])
  expect(content.parsed.leftOut).toEqual([])
  return content.parsed
}

/** Texts that formats trip over: separators, escapes, quotes, formulas, blanks at the ends. */
const tricky = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[',', ';', ':', ':::', ' ::: ', '"', "'", '\\', '\\n', '\n', '\t', '=', '+', '-', '@'],
        ...[' ', '[', ']', 'ü', '🌊', '\u2028', '<b>', 'tel:', '\\;', 'BEGIN:VCARD', 'END:VCARD'],
      ),
      fc.string({ maxLength: 8 }),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
    ),
    { maxLength: 6 },
  )
  // A carriage return is no more than a line break in a vCard: a test of its own shows the others.
  .map((parts) => parts.join('').replace(/\r/g, ''))

const shown = tricky.filter((text) => text.trim() !== '')
const entry = fc.record({ label: tricky, value: tricky.filter((text) => text !== '') })
const address = fc.record({
  label: tricky,
  street: shown,
  city: tricky,
  region: tricky,
  postalCode: tricky,
  country: tricky,
})
const time = fc.integer({ min: 0, max: 8.64e15 })

const person = fc.record({
  input: fc.record({
    ...Object.fromEntries(TEXT_FIELDS.map((field) => [field, tricky])),
    name: shown,
    avatarUrl: fc.constantFrom('', 'https://example.com/a.png?a=1;b=2,3'),
    favorite: fc.boolean(),
    emails: fc.array(entry, { maxLength: 3 }),
    phones: fc.array(entry, { maxLength: 3 }),
    links: fc.array(entry, { maxLength: 2 }),
    addresses: fc.array(address, { maxLength: 2 }),
    tags: fc.array(fc.oneof(tricky, fc.constantFrom('starred', 'myContacts')), { maxLength: 3 }),
  }),
  about: tricky,
  notes: fc.array(fc.record({ body: shown, createdAt: time }), { maxLength: 3 }),
  createdAt: time,
})

const filled = async (people: readonly Omit<FileContact, 'line'>[]): Promise<TestTarget> => {
  const workspace = emptyWorkspace()
  const contacts = people.map((one, at) => ({ ...one, line: at + 1 }))
  await importInto(workspace, { contacts, skipped: [], leftOut: [] }, 'import')
  return workspace
}

/** All that a person sees of it, and the contacts' ids; entries and notes have ids of their own. */
const valuesOf = (workspace: TestTarget) =>
  savedContacts(workspace)
    .map(({ contact, about, notes }) => ({
      ...contact,
      emails: contact.emails.map(withoutId),
      phones: contact.phones.map(withoutId),
      links: contact.links.map(withoutId),
      addresses: contact.addresses.map(withoutId),
      about,
      notes: notes.map(({ body, createdAt }) => `${createdAt} ${body}`).sort(),
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))

const withoutId = <Part extends { id: string }>({ id: _id, ...part }: Part) => part

describe.each(Object.keys(FORMATS))('an export as %s', (format) => {
  const write = (workspace: TestTarget): string => FORMATS[format]?.(savedContacts(workspace)) ?? ''

  test('[W40] read into an empty workspace gives the same values', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(person, { maxLength: 4 }), async (people) => {
        const before = await filled(people)
        if (people.length === 0) return
        const after = emptyWorkspace()
        const { leftOut } = await importInto(after, contactsIn(write(before)))
        expect(leftOut).toEqual([])
        expect(valuesOf(after)).toEqual(valuesOf(before))
      }),
      { numRuns: 150 },
    )
  })

  test('[W41] read into the workspace it is of changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(person, { minLength: 1, maxLength: 4 }), async (people) => {
        const workspace = await filled(people)
        const file = contactsIn(write(workspace))
        workspace.person.sent = []
        const counts = {
          created: 0,
          updated: 0,
          restored: 0,
          joined: 0,
          unchanged: people.length,
        }
        expect(await planOf(workspace, file)).toEqual(counts)
        const result = await importInto(workspace, file)
        expect(result.counts).toEqual(counts)
        expect(result.step).toBeUndefined()
        expect(workspace.person.sent).toEqual([])
      }),
      { numRuns: 100 },
    )
  })
})
