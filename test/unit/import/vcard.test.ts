import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeText } from '../../../demo/src/import/decode-text.js'
import { NO_COUNTS } from '../../../demo/src/import/import-plan.js'
import { remarksFile, remarkText, summaryText } from '../../../demo/src/import/summary.js'
import { parseVcard } from '../../../demo/src/import/vcard.js'

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8')

const card = (...lines: string[]): string =>
  ['BEGIN:VCARD', 'VERSION:3.0', ...lines, 'END:VCARD', ''].join('\r\n')

describe('a vCard file', () => {
  it('of Apple’s Contacts is read with its own labels', () => {
    const { contacts, skipped } = parseVcard(fixture('apple.vcf'))
    expect(skipped).toEqual([])
    expect(contacts[0]?.input).toEqual({
      name: 'Dr. Ana Maria Lima, MD',
      givenName: 'Ana',
      familyName: 'Lima',
      nickname: 'Aninha',
      company: 'Casa Verde, Lda.',
      title: 'Director',
      department: 'Health',
      birthday: '1980-04-09',
      emails: [
        { label: 'Clinic', value: 'ana@example.com' },
        { label: 'Home', value: 'ana@example.net' },
      ],
      phones: [{ label: 'Mobile', value: '+351 912 345 678' }],
      links: [{ label: 'HomePage', value: 'https://ana.example.com' }],
      addresses: [
        {
          label: 'Home',
          street: 'Rua A 1\n3.º andar',
          city: 'Porto',
          region: 'Norte',
          postalCode: '4000-001',
          country: 'Portugal',
        },
      ],
      tags: ['Clients', 'Family & co'],
    })
    expect(contacts[0]?.notes).toEqual([
      {
        body: 'Two lines:\nshe said "olá"; and this line is folded because it is long 🙂',
      },
    ])
    expect(contacts[1]?.input).toMatchObject({
      name: 'Only Company GmbH',
      company: 'Only Company GmbH',
    })
  })

  it('of version 4.0 is read, and a broken card costs only itself', () => {
    const { contacts, skipped, leftOut } = parseVcard(fixture('four.vcf'))
    expect(contacts.map(({ input }) => input)).toMatchObject([
      {
        name: '王小明',
        givenName: '小明',
        familyName: '王',
        birthday: '--02-29',
        phones: [{ label: 'Mobile', value: '+86-10-5555-0100' }],
        emails: [{ label: 'Work', value: 'xm@example.cn' }],
        avatarUrl: 'https://example.cn/xm.png',
        addresses: [{ street: '长安街 1', city: '北京', postalCode: '100000', country: '中国' }],
      },
      { name: 'Broken' },
    ])
    expect(leftOut).toEqual([{ line: 12, reason: 'begins a card with a line that can’t be read' }])
    expect(skipped).toEqual([
      { line: 17, reason: 'has no name' },
      { line: 21, reason: 'begins a card that never ends' },
    ])
  })

  it('of an old phone is read: version 2.1, bare types, quoted-printable', () => {
    const { contacts, skipped, leftOut } = parseVcard(fixture('old-phone.vcf'))
    expect(skipped).toEqual([])
    expect(contacts.map(({ input }) => input)).toMatchObject([
      {
        name: 'Jürgen Müller',
        givenName: 'Jürgen',
        familyName: 'Müller',
        birthday: '1975-12-01',
        phones: [
          { label: 'Mobile', value: '+49 171 1234567' },
          { label: 'Work', value: '+49 30 123456' },
        ],
        emails: [{ label: 'Home', value: 'juergen@example.de' }],
      },
    ])
    expect(contacts[0]?.notes).toEqual([{ body: 'Grüße\naus Berlin' }])
    expect(leftOut).toEqual([
      {
        line: 1,
        reason: 'has a photo inside of the file, which is not taken: contacts link to theirs',
      },
    ])
  })

  it('[P4] keeps hostile values plain text, and drops pictures that are not https', () => {
    const { contacts, leftOut } = parseVcard(
      card(
        'FN:<img src=x onerror=alert(1)>',
        'PHOTO;VALUE=uri:javascript:alert(1)',
        'URL:javascript:alert(1)',
        '__proto__:polluted',
        'X-A;__proto__=b:c',
      ),
    )
    expect(contacts[0]?.input).toMatchObject({
      name: '<img src=x onerror=alert(1)>',
      links: [{ label: '', value: 'javascript:alert(1)' }],
    })
    expect(contacts[0]?.input).not.toHaveProperty('avatarUrl')
    expect(leftOut.map(({ reason }) => reason)).toEqual([
      'has a photo that is not at an https address',
      'has __PROTO__, X-A, for which there is no place',
    ])
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
    expect({}).not.toHaveProperty('b')
  })

  it('is read whatever the text: nothing throws, and every contact has a name', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom('BEGIN:VCARD', 'END:VCARD', 'VERSION:2.1', 'FN:Ana', 'N:;', 'ADR:;;', 'TEL;'),
      fc.string().map((value) => `NOTE;ENCODING=QUOTED-PRINTABLE:${value}=`),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        const { contacts } = parseVcard(lines.join('\r\n'))
        for (const contact of contacts) expect(contact.input.name.trim()).not.toBe('')
      }),
    )
  })
})

describe('more of a vCard', () => {
  it('[W43] says what of it there is no place for', () => {
    const photo = `PHOTO;ENCODING=b;TYPE=JPEG:${'A'.repeat(60)}\r\n ${'B'.repeat(70)}`
    const { contacts, leftOut } = parseVcard(
      card('FN:Ana', photo, 'ANNIVERSARY:20200101', 'GENDER:F', 'TITLE:CEO', 'TITLE:CTO'),
    )
    expect(contacts[0]?.input.title).toBe('CEO')
    expect(leftOut.map(({ reason }) => reason)).toEqual([
      'has a photo inside of the file, which is not taken: contacts link to theirs',
      'has ANNIVERSARY, GENDER, for which there is no place',
      'has more than one TITLE: the first is taken',
    ])
  })

  it('takes several of each, a role for a title, and what people chat by for links', () => {
    const { contacts, leftOut } = parseVcard(
      card(
        'FN:Ana',
        'ROLE:Director',
        'TEL;TYPE=HOME,VOICE:1',
        'TEL;TYPE=WORK:2',
        'ADR;TYPE=HOME:;;A 1;Porto;;;',
        'ADR;TYPE=WORK:PO 5;3rd;B 2;Lisboa;;1000;Portugal',
        'URL:https://a.example',
        'X-SOCIALPROFILE;TYPE=mastodon:https://b.example/@ana',
        'CATEGORIES:Friends,Close\\, dear',
        'CATEGORIES:Work',
        'NOTE:one',
        'NOTE:two\\, and three',
      ),
    )
    expect(leftOut).toEqual([])
    expect(contacts[0]).toMatchObject({
      input: {
        title: 'Director',
        phones: [
          { label: 'Home', value: '1' },
          { label: 'Work', value: '2' },
        ],
        addresses: [{ street: 'A 1' }, { street: 'B 2\n3rd\nPO 5', country: 'Portugal' }],
        links: [
          { label: '', value: 'https://a.example' },
          { label: 'Mastodon', value: 'https://b.example/@ana' },
        ],
        tags: ['Friends', 'Close, dear', 'Work'],
      },
      notes: [{ body: 'one' }, { body: 'two, and three' }],
    })
  })

  it('that is a group gives its members a tag', () => {
    const { contacts } = parseVcard(
      card('KIND:group', 'FN:Band', 'MEMBER:urn:uuid:A-1', 'MEMBER:urn:uuid:gone') +
        card('FN:Ana', 'UID:a-1') +
        card('FN:Bo', 'UID:b-2'),
    )
    expect(contacts.map(({ input }) => [input.name, input.tags])).toEqual([
      ['Ana', ['Band']],
      ['Bo', []],
    ])
  })

  it('[W44] of ten thousand lines in one value, or of cards in cards, takes its time by its size', () => {
    const soft = `NOTE;ENCODING=QUOTED-PRINTABLE:${'a=\r\n'.repeat(300_000)}end`
    const folds = `ORG:${'x\r\n '.repeat(300_000)}`
    const begun = process.cpuUsage().user
    const parsed = parseVcard(
      card('FN:Soft', soft) + card('FN:Folds', folds) + 'BEGIN:VCARD\r\n'.repeat(150_000),
    )
    // By the square of its size it would take hours.
    expect((process.cpuUsage().user - begun) / 1e6).toBeLessThan(30)
    expect(parsed.contacts.map(({ input }) => input.name)).toEqual(['Soft', 'Folds'])
    expect(parsed.contacts[0]?.about).toHaveLength(300_003)
    expect(parsed.leftOut).toEqual([
      { line: 300_004 + 2, reason: 'has a text that is too long (company)' },
    ])
    expect(parsed.skipped.at(-1)?.reason).toMatch(/and all after it were not read/)
    expect(parsed.skipped.length).toBeLessThanOrEqual(100_001)
  }, 60_000)
})

describe('the bytes of a file', () => {
  it('[W42] are read as UTF-8, as UTF-16 with its mark or without, or as what Windows wrote before', () => {
    expect(decodeText(Uint8Array.from(Buffer.from('Zoë')))).toBe('Zoë')
    expect(decodeText(Uint8Array.from(Buffer.from('\ufeffZoë', 'utf16le')))).toBe('Zoë')
    expect(decodeText(Uint8Array.from(Buffer.from('Name,Email\nZoë', 'utf16le')))).toMatch(/Zoë$/)
    expect(decodeText(Uint8Array.of(0x5a, 0x6f, 0xeb))).toBe('Zoë')
    expect(decodeText(Uint8Array.of(0x5a, 0x6f, 0xeb), 'windows-1252')).toBe('Zoë')
  })
})

describe('the summary of an import', () => {
  it('[W43] counts what came and names the first line that did not', () => {
    const skipped = [
      { line: 14, reason: 'has no name' },
      { line: 1030, reason: 'has no name' },
    ]
    const created = (count: number) => ({ ...NO_COUNTS, created: count })
    expect(summaryText(created(1000), [])).toBe('1,000 contacts imported')
    expect(summaryText(created(1), skipped.slice(0, 1))).toBe(
      '1 contact imported, 1 skipped: line 14 has no name',
    )
    expect(summaryText({ ...created(1000), unchanged: 20 }, skipped)).toBe(
      '1,000 contacts imported, 20 left as is, 2 skipped: line 14 has no name and more',
    )
    expect(skipped.map(remarkText)).toContain('line 1,030 has no name')
    expect(remarksFile(skipped, [{ line: 2, reason: 'has a column “a"b”' }])).toBe(
      '\ufeffLine,What,Why\r\n14,skipped,"has no name"\r\n1030,skipped,"has no name"\r\n' +
        '2,left out,"has a column “a""b”"\r\n',
    )
  })
})
