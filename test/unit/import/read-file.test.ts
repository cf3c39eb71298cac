import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csvFile } from '../../../demo/src/export/csv-file.js'
import { savedContacts } from '../../../demo/src/export/saved-contact.js'
import { guessMapping } from '../../../demo/src/import/guess-columns.js'
import { parseMappedCsv } from '../../../demo/src/import/mapped-csv.js'
import { type FileContent, type ReadOptions, readFile } from '../../../demo/src/import/read-file.js'
import { emptyWorkspace, importInto } from './empty-workspace.js'

const BY_LOOKS: ReadOptions = { encoding: 'auto', separator: '' }

const read = (text: string | Buffer, options = BY_LOOKS): FileContent =>
  readFile(Uint8Array.from(typeof text === 'string' ? Buffer.from(text) : text), options)

const OUTLOOK = [
  'Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,Business Street,Business Street 2,Business City,Business Postal Code,Business Country/Region,Home City,Business Fax,Business Phone,Home Phone,Mobile Phone,Birthday,Categories,E-mail Address,E-mail Type,E-mail Display Name,E-mail 2 Address,Notes,Spouse,Web Page',
  'Dr.,Ana,Maria,Lima,Jr.,Casa Verde,Health,Director,Rua A 1,3.º,Porto,4000,Portugal,Braga,+1,+2,+3,+4,0/0/00,Friends;Work,ana@example.com,SMTP,Ana Lima,ana@example.net,Likes tea,Rui,https://ana.example',
].join('\r\n')

describe('an Outlook export', () => {
  test('[W42] is known by its columns, and read with what each is called', () => {
    const content = read(Buffer.from(`\ufeff${OUTLOOK}`, 'utf16le'))
    expect(content).toMatchObject({ type: 'contacts', format: 'Outlook CSV' })
    if (content.type !== 'contacts') return
    expect(content.parsed.contacts[0]).toMatchObject({
      input: {
        name: 'Dr. Ana Maria Lima, Jr.',
        givenName: 'Ana',
        familyName: 'Lima',
        company: 'Casa Verde',
        department: 'Health',
        title: 'Director',
        emails: [
          { label: '', value: 'ana@example.com' },
          { label: '', value: 'ana@example.net' },
        ],
        phones: [
          { label: 'Work fax', value: '+1' },
          { label: 'Work', value: '+2' },
          { label: 'Home', value: '+3' },
          { label: 'Mobile', value: '+4' },
        ],
        links: [{ value: 'https://ana.example' }],
        addresses: [
          { label: 'Work', street: 'Rua A 1\n3.º', city: 'Porto', country: 'Portugal' },
          { label: 'Home', city: 'Braga' },
        ],
        tags: ['Friends', 'Work'],
      },
      notes: [{ body: 'Likes tea' }],
    })
    expect(content.parsed.contacts[0]?.input).not.toHaveProperty('birthday')
    expect(content.parsed.leftOut.map(({ reason }) => reason)).toContain(
      'has a column “Spouse”, filled in 1 row, for which there is no place',
    )
  })
})

describe('a table of anybody’s', () => {
  test('[W42] is guessed by what its columns are called, in several languages', () => {
    const { columns, hasHeader } = guessMapping([
      ...['Vorname', 'Nachname', 'E-Mail-Adresse (privat)', 'Telefon Büro', 'PLZ', 'Ort', 'Firma'],
      ...['Bemerkungen', 'Lieblingsfarbe'],
    ])
    expect(hasHeader).toBe(true)
    expect(columns.map(({ field }) => field)).toEqual([
      ...['givenName', 'familyName', 'email', 'phone', 'postalCode', 'city', 'company', 'note', ''],
    ])
    expect(columns[2]?.label).toBe('Home')
  })

  test('[W42] without names of columns is guessed by its first row', () => {
    const content = read('Ana Lima;ana@example.com;+351 912 345 678\nBo;bo@example.com;\n')
    expect(content).toMatchObject({
      type: 'table',
      table: {
        separator: ';',
        mapping: {
          hasHeader: false,
          columns: [{ field: '' }, { field: 'email' }, { field: 'phone' }],
        },
      },
    })
  })

  test('[W42] has names of columns, whatever they say, where only the rows below hold numbers', () => {
    const content = read('Wer;Ruf\nAna;+351 912 345 678\n')
    expect(content).toMatchObject({
      table: { mapping: { hasHeader: true, columns: [{ field: '' }, { field: 'phone' }] } },
    })
  })

  test('[W42] is read as a person says', () => {
    const text = 'who|where|call\nAna|Porto|+351\nBo||\n'
    const mapping = {
      hasHeader: true,
      columns: [
        { field: 'name' as const, label: '' },
        { field: 'city' as const, label: 'Home' },
        { field: 'phone' as const, label: 'Boat' },
      ],
    }
    const content = read(text, { ...BY_LOOKS, mapping })
    expect(content).toMatchObject({
      type: 'contacts',
      parsed: {
        contacts: [
          {
            line: 2,
            input: {
              name: 'Ana',
              phones: [{ label: 'Boat', value: '+351' }],
              addresses: [{ label: 'Home', city: 'Porto' }],
            },
          },
          { line: 3, input: { name: 'Bo' } },
        ],
        skipped: [],
      },
    })
  })

  test('[W42] that is not what it looks like is read in the letters that a person names', () => {
    const bytes = Buffer.from('Name\nÅsa\n', 'latin1')
    const content = read(bytes, { ...BY_LOOKS, encoding: 'windows-1252' })
    expect(content).toMatchObject({ table: { rows: [['Name'], ['Åsa']] } })
  })
})

describe('a file that is none', () => {
  test.each([
    ['a picture', Buffer.from([0xff, 0xd8, 0xff, 0, 0x10, 1, 2]), /no text file/],
    ['a workbook', Buffer.from('PK\u0003\u0004rest'), /Save it as CSV/],
    ['an old workbook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 1]), /Export it as CSV/],
    ['a PDF', Buffer.from('%PDF-1.7'), /PDF/],
    ['nothing', Buffer.from(''), /empty/],
    ['blanks', Buffer.from(' \n\n '), /empty/],
    ['other JSON', Buffer.from('{"format":"bookmarks"}'), /no export of contacts/],
    ['half a JSON', Buffer.from('{"format":"kith-contacts","contacts":[{'), /broken/],
    [
      'a later JSON',
      Buffer.from('{"format":"kith-contacts","version":2,"contacts":[]}'),
      /newer version/,
    ],
  ])('[W44] such as %s is refused in words', (_name, bytes, words) => {
    const content = read(bytes)
    expect(content.type).toBe('unreadable')
    expect(content.type === 'unreadable' && content.reason).toMatch(words)
  })

  test('[W44] is read whatever its bytes: nothing throws, and every contact has a name', () => {
    const start = fc.constantFrom(
      '',
      'Kith ID,Name,Notes\r\n',
      'BEGIN:VCARD\n',
      '{',
      'Name,Email\n',
    )
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 300 }), (head, bytes) => {
        const content = read(Buffer.concat([Buffer.from(head), bytes]))
        if (content.type !== 'contacts') return
        for (const { input } of content.parsed.contacts) expect(input.name.trim()).not.toBe('')
      }),
    )
  })

  test('[W44] of more rows than an address book has ends with a word, and keeps those before', () => {
    const mapping = guessMapping(['Name'])
    const parsed = parseMappedCsv(`Name\n${'a\n'.repeat(150_000)}`, mapping)
    expect(parsed.contacts).toHaveLength(100_000)
    expect(parsed.skipped).toEqual([
      { line: 100_001, reason: 'and all after it were not read: the file is too long' },
    ])
  })
})

describe('what somebody made of an export', () => {
  test('[W40] with other separators and columns gone is still read', async () => {
    const workspace = emptyWorkspace()
    await importInto(workspace, {
      contacts: [
        {
          line: 1,
          input: { name: '=1+1', company: 'a;b', emails: [{ value: '+x@example.com' }] },
          about: '',
          notes: [{ body: '-1', createdAt: 5 }],
        },
      ],
      skipped: [],
      leftOut: [],
    })
    const csv = csvFile(savedContacts(workspace))
    const [header = '', row = ''] = csv.split('\r\n')
    expect(row.split(',').filter((cell) => /^[=+@-]/.test(cell.replace(/^"/, '')))).toEqual([])
    const cut = `${header.replaceAll(',', ';')}\n${row.replaceAll(',', ';').replace(';[1970', ';[')}\n`
    const content = read(cut)
    expect(content).toMatchObject({
      format: 'Kith CSV',
      parsed: {
        contacts: [
          {
            input: { name: '=1+1', company: 'a;b', emails: [{ value: '+x@example.com' }] },
            notes: [{ body: expect.stringMatching(/-1$/) }],
          },
        ],
      },
    })
  })
})
