import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeText } from '../../../demo/src/import/decode-text.js'
import { remarkText, summaryText } from '../../../demo/src/import/summary.js'
import { parseVcard } from '../../../demo/src/import/vcard.js'

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8')

const card = (...lines: string[]): string =>
  ['BEGIN:VCARD', 'VERSION:3.0', ...lines, 'END:VCARD', ''].join('\r\n')

describe('a vCard file', () => {
  it('of Apple’s Contacts is read with its own labels', () => {
    const { contacts, notes, skipped } = parseVcard(fixture('apple.vcf'))
    expect(skipped).toEqual([])
    expect(contacts[0]).toEqual({
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
    expect(notes).toEqual([
      {
        index: 0,
        body: 'Two lines:\nshe said "olá"; and this line is folded because it is long 🙂',
      },
    ])
    expect(contacts[1]).toMatchObject({ name: 'Only Company GmbH', company: 'Only Company GmbH' })
  })

  it('of version 4.0 is read, and a broken card costs only itself', () => {
    const { contacts, skipped } = parseVcard(fixture('four.vcf'))
    expect(contacts).toMatchObject([
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
    ])
    expect(skipped).toEqual([
      { line: 12, reason: 'begins a card that can’t be read' },
      { line: 17, reason: 'has no name' },
      { line: 21, reason: 'begins a card that never ends' },
    ])
  })

  it('of an old phone is read: version 2.1, bare types, quoted-printable', () => {
    const { contacts, notes, skipped } = parseVcard(fixture('old-phone.vcf'))
    expect(skipped).toEqual([])
    expect(contacts).toMatchObject([
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
    expect(notes).toEqual([{ index: 0, body: 'Grüße\naus Berlin' }])
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
    expect(contacts[0]).toMatchObject({
      name: '<img src=x onerror=alert(1)>',
      links: [{ label: '', value: 'javascript:alert(1)' }],
    })
    expect(contacts[0]).not.toHaveProperty('avatarUrl')
    expect(leftOut).toHaveLength(1)
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
        for (const contact of contacts) expect(contact.name.trim()).not.toBe('')
      }),
    )
  })
})

describe('the bytes of a file', () => {
  it('are read as UTF-8, as UTF-16 with its mark, or as what Windows wrote before', () => {
    expect(decodeText(Uint8Array.from(Buffer.from('Zoë')))).toBe('Zoë')
    expect(decodeText(Uint8Array.from(Buffer.from('\ufeffZoë', 'utf16le')))).toBe('Zoë')
    expect(decodeText(Uint8Array.of(0x5a, 0x6f, 0xeb))).toBe('Zoë')
  })
})

describe('the summary of an import', () => {
  it('counts what came and names the first line that did not', () => {
    const skipped = [
      { line: 14, reason: 'has no name' },
      { line: 1030, reason: 'has no name' },
    ]
    expect(summaryText(1000, [])).toBe('1,000 contacts imported')
    expect(summaryText(1, skipped.slice(0, 1))).toBe(
      '1 contact imported, 1 skipped: line 14 has no name',
    )
    expect(summaryText(1000, skipped)).toBe(
      '1,000 contacts imported, 2 skipped: line 14 has no name and more',
    )
    expect(skipped.map(remarkText)).toContain('line 1,030 has no name')
  })
})
