import type { Contact, NoteId } from 'kith-shared'
import { expect, test } from 'vitest'
import { vcardFile } from '../../../demo/src/export/vcard-file.js'
import { parseVcard } from '../../../demo/src/import/vcard.js'
import { contactId } from '../contact-id.js'

const noteId = (text: string): NoteId => text as NoteId

const EMPTY: Contact = {
  id: contactId('grace'),
  name: 'Grace Hopper',
  givenName: '',
  familyName: '',
  nickname: '',
  company: '',
  title: '',
  department: '',
  birthday: '',
  avatarUrl: '',
  favorite: false,
  createdAt: 0,
  deletedAt: null,
  mergedInto: null,
  emails: [],
  phones: [],
  links: [],
  addresses: [],
  tags: [],
}

const FULL: Contact = {
  ...EMPTY,
  name: 'Ana Maria; Lima, \\ MD',
  givenName: 'Ana',
  familyName: 'Lima; de',
  nickname: 'Aninha',
  company: 'Casa Verde, Lda.; Porto',
  title: 'Director',
  department: 'Health',
  birthday: '1980-04-09',
  avatarUrl: 'https://example.com/ana.png?a=1;b=2',
  favorite: true,
  emails: [
    { id: 'e1', label: 'Clinic', value: 'ana@example.com' },
    { id: 'e2', label: '', value: 'ana@example.net' },
  ],
  phones: [{ id: 'p1', label: 'Mobile', value: '+351 912 345 678' }],
  links: [{ id: 'l1', label: 'Home; page', value: 'https://example.com/a,b;c' }],
  addresses: [
    {
      id: 'a1',
      label: 'Office',
      street: 'Rua do Ouro 1\n2.º andar',
      city: 'Porto',
      region: 'Norte',
      postalCode: '4000-001',
      country: 'Portugal',
    },
  ],
  tags: ['family', 'close, dear'],
}

test('[W40] a saved copy is read back by this app’s own import, every field', () => {
  const about = `Likes\nlong walks, ${'and long lines of ünïcödé 🌊 '.repeat(12)}\\n not a break`
  const note = { id: noteId('n1'), contactId: FULL.id, body: 'Met at sea', createdAt: 5 }
  const { contacts, skipped, leftOut } = parseVcard(
    vcardFile([
      { contact: FULL, about, notes: [{ ...note, deletedAt: null }] },
      { contact: EMPTY, about: '', notes: [] },
    ]),
  )
  expect([skipped, leftOut]).toEqual([[], []])
  const { id, createdAt, deletedAt: _deleted, mergedInto: _into, ...told } = FULL
  const withoutId = <Part extends { id: string }>({ id: _, ...part }: Part) => part
  expect(contacts[0]).toEqual({
    line: 1,
    id,
    createdAt,
    input: {
      ...told,
      emails: told.emails.map(withoutId),
      phones: told.phones.map(withoutId),
      links: told.links.map(withoutId),
      addresses: told.addresses.map(withoutId),
    },
    about,
    notes: [{ body: 'Met at sea', createdAt: 5 }],
  })
  expect(contacts[1]?.input.name).toBe('Grace Hopper')
})

test('no line of it is longer than the format allows, and no letter is cut', () => {
  const file = vcardFile([
    { contact: { ...EMPTY, company: 'ü🌊'.repeat(80) }, about: '', notes: [] },
  ])
  const lines = file.split('\r\n')
  const lengths = lines.map((line) => new TextEncoder().encode(line).length)
  expect(Math.max(...lengths)).toBeLessThanOrEqual(75)
  expect(file).not.toContain('\uFFFD')
  expect(lines.length).toBeGreaterThan(6)
})
