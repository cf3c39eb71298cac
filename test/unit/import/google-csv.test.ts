import { readFileSync } from 'node:fs'
import { createContact, DocumentIndex, isContactId } from 'kith-shared'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { parseGoogleCsv } from '../../../demo/src/import/google-csv.js'
import type { ParsedContacts } from '../../../demo/src/import/parsed-contacts.js'
import { makeGoogleCsv } from '../../fixtures/make-contacts.js'

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8')

/** Whether the document takes every contact: throws InvalidValue where it does not. */
const writeAll = ({ contacts }: ParsedContacts): number => {
  const doc = new Y.Doc()
  let ids = 0
  const newId = (): string => `id${ids++}`
  for (const { input } of contacts) {
    const id = newId()
    if (isContactId(id)) createContact(doc, id, input, { now: 1, newId })
  }
  const index = new DocumentIndex(doc)
  index.start()
  const written = index.contactIds().length
  index.close()
  return written
}

describe('a Google Contacts export', () => {
  it('is read with the headers that Google writes now', () => {
    const { contacts } = parseGoogleCsv(fixture('google-new.csv'))
    expect(contacts[0]?.input).toEqual({
      name: 'Dr. Ana Maria Lima, MD',
      givenName: 'Ana',
      familyName: 'Lima',
      nickname: 'Aninha',
      company: 'Casa Verde, Lda.',
      title: 'Director',
      department: 'Health',
      birthday: '1980-04-09',
      avatarUrl: 'https://lh3.googleusercontent.com/a/photo=s100',
      favorite: true,
      emails: [
        { label: 'Work', value: 'ana@example.com' },
        { label: 'Work', value: 'ana.lima@example.org' },
        { label: 'Home', value: 'ana@example.net' },
      ],
      phones: [
        { label: 'Mobile', value: '+351 912 345 678' },
        { label: 'Mobile', value: '+351 222 000 111' },
      ],
      links: [{ label: 'Blog', value: 'https://ana.example.com' }],
      addresses: [
        {
          label: 'Home',
          street: 'Rua A 1\n3.º andar',
          city: 'Porto',
          region: 'Norte',
          postalCode: '4000-001',
          country: 'PT',
        },
      ],
      tags: ['Clients', 'Family & co'],
    })
    expect(contacts[0]?.notes).toEqual([{ body: 'Two lines:\nshe said "olá"' }])
  })

  it('is read with the headers that Google wrote before', () => {
    const { contacts, skipped } = parseGoogleCsv(fixture('google-old.csv'))
    expect(skipped).toEqual([])
    expect(contacts.map(({ input }) => input)).toMatchObject([
      {
        name: 'Jürgen Müller',
        givenName: 'Jürgen',
        familyName: 'Müller',
        company: 'Fischer & Söhne',
        title: 'Meister',
        department: 'Werkstatt',
        birthday: '1975-12-01',
        emails: [
          { label: '', value: 'juergen@example.de' },
          { label: 'Work', value: 'j.mueller@example.com' },
        ],
        phones: [{ label: 'Work', value: '+49 30 123456' }],
        addresses: [{ label: 'Home', street: 'Unter den Linden 5, Berlin', city: '' }],
        links: [{ label: 'Profile', value: 'http://www.google.com/profiles/1' }],
        tags: ['Friends'],
      },
      { name: 'Zoë', emails: [], tags: [] },
    ])
  })

  it('names the line of what it skips, counting those inside of quotes', () => {
    const parsed = parseGoogleCsv(fixture('google-new.csv'))
    expect(parsed.skipped).toEqual([{ line: 6, reason: 'has no name' }])
    expect(parsed.leftOut).toEqual([
      { line: 7, reason: 'has a photo that is not at an https address' },
    ])
  })

  it('calls a contact without a name by its company or its address', () => {
    const { contacts } = parseGoogleCsv(fixture('google-new.csv'))
    expect(contacts.map(({ input }) => input.name)).toEqual([
      'Dr. Ana Maria Lima, MD',
      '小明 王',
      'Only Company GmbH',
    ])
    const onlyEmail = parseGoogleCsv('Name,E-mail 1 - Value\n,someone@example.com\n')
    expect(onlyEmail.contacts[0]?.input.name).toBe('someone@example.com')
  })

  it('survives other line ends, a byte order mark and a semicolon from a spreadsheet', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const text = `\uFEFFFirst Name;Last Name;E-mail 1 - Value${end}Ana;Lima;ana@example.com${end}${end};;${end}`
      const { contacts, skipped } = parseGoogleCsv(text)
      expect(skipped).toEqual([])
      expect(contacts.map(({ input }) => input)).toMatchObject([
        { name: 'Ana Lima', emails: [{ value: 'ana@example.com' }] },
      ])
    }
  })

  it('[P4] gives only what the document takes, whatever a cell holds', () => {
    const long = 'x'.repeat(20_000)
    const rows = [
      ['__proto__', 'constructor', 'javascript:alert(1)', 'javascript:alert(1)', '__proto__'],
      ['a\u0000b\u0007', '\ud800half', 'ok@example.com', 'https://x y', '🙂'.repeat(80)],
      [
        long,
        'Long',
        long,
        `https://${long}`,
        Array.from({ length: 99 }, (_, n) => n).join(' ::: '),
      ],
      ['=HYPERLINK("x")', '@SUM(1)', '+1', 'https://example.com/a.png', '* starred'],
    ]
    const csv = [
      'First Name,Last Name,E-mail 1 - Value,Photo,Labels,__proto__',
      ...rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')),
    ].join('\n')
    const parsed = parseGoogleCsv(csv)
    expect(parsed.contacts).toHaveLength(4)
    expect(writeAll(parsed)).toBe(4)
    expect(parsed.contacts[1]?.input.givenName).toBe('ab')
    expect(parsed.contacts[1]?.input.familyName).toBe('\ufffdhalf')
    expect(parsed.leftOut.map(({ line }) => line)).toEqual(expect.arrayContaining([2, 3, 4]))
  })

  it('[W43] reads a quote that never closes as one bad contact, and says so', () => {
    const parsed = parseGoogleCsv(`Name,Notes\nAna,"begins\n${'line\n'.repeat(2000)}`)
    expect(parsed.contacts).toHaveLength(1)
    expect(parsed.leftOut).toEqual([
      {
        line: 2,
        reason: 'opens a quote that never closes: all after it was read as one value',
      },
    ])
  })

  it('[W43] says which columns have no place here', () => {
    const header = 'Name,E-mail 1 - Value,Event 1 - Value,Relation 1 - Value'
    const { leftOut } = parseGoogleCsv(`${header}\nAna,a@x.org,2020-01-01,\nBo,b@x.org,,\n`)
    expect(leftOut).toEqual([
      {
        line: 1,
        reason: 'has a column “Event 1 - Value”, filled in 1 row, for which there is no place',
      },
    ])
  })

  it('reads a thousand contacts, each of which the document takes', () => {
    const parsed = parseGoogleCsv(makeGoogleCsv(1000))
    expect(parsed.skipped).toEqual([])
    expect(parsed.leftOut).toEqual([])
    expect(writeAll(parsed)).toBe(1000)
    expect(makeGoogleCsv(1000)).toBe(makeGoogleCsv(1000))
    expect(makeGoogleCsv(3, 2n)).not.toBe(makeGoogleCsv(3, 1n))
  })
})
