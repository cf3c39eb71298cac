import fc from 'fast-check'
import {
  aboutContactId,
  aboutRoot,
  decodeTag,
  encodeTag,
  entryKey,
  fieldKey,
  isUsableId,
  MAX_KEY_BYTES,
  normalizeTag,
  parseKey,
  rootKind,
  tagFits,
  tagKey,
  wellFormed,
} from 'kith-shared'
import { describe, expect, it } from 'vitest'
import { contactId } from './play.js'

const anyText = fc.string({ unit: 'binary' })
/** UTF-16 units, so that lone surrogates occur. */
const units = fc
  .array(fc.integer({ min: 0, max: 0xffff }))
  .map((codes) => String.fromCharCode(...codes))

describe('ids and roots', () => {
  it('takes ids of 1 to 64 letters, digits, _ and -, and refuses __proto__', () => {
    for (const id of ['a', 'A-z_09', 'x'.repeat(64), '__proto', 'constructor']) {
      expect(isUsableId(id), id).toBe(true)
    }
    for (const id of ['', 'x'.repeat(65), 'a/b', 'a b', 'ä', 'a\n', '__proto__', 7, null]) {
      expect(isUsableId(id), String(id)).toBe(false)
    }
  })

  it('knows the kind of every root of the document and of no other', () => {
    expect(['contacts', 'fields', 'notes'].map(rootKind)).toEqual(['map', 'map', 'map'])
    expect(rootKind(aboutRoot(contactId('c1')))).toBe('text')
    for (const root of ['', 'about', 'about/', 'about/a/b', 'about/__proto__', 'Contacts', 'x']) {
      expect(rootKind(root), root).toBeUndefined()
    }
  })

  it('finds the contact again in the name of its text', () => {
    expect(aboutContactId(aboutRoot(contactId('c1')))).toBe('c1')
    expect(aboutContactId('fields')).toBeUndefined()
  })
})

describe('keys', () => {
  it('splits what it builds', () => {
    const id = contactId('c1')
    expect(parseKey(fieldKey(id, 'name'))).toEqual({ id, path: 'name' })
    expect(parseKey(entryKey(id, 'emails', 'e1'))).toEqual({ id, path: 'emails/e1' })
    expect(parseKey(tagKey(id, 'a/b é'))).toEqual({ id, path: 'tags/a%2Fb%20%C3%A9' })
  })

  it('gives no id for keys that belong to nobody', () => {
    for (const key of ['', 'name', '/name', '__proto__/name', 'ä/name', ' c1/name']) {
      expect(parseKey(key), key).toBeUndefined()
    }
  })

  it('[P4] parsing is total over any key', () => {
    fc.assert(fc.property(fc.oneof(anyText, units), (key) => void parseKey(key)))
  })
})

describe('tags', () => {
  it('makes one tag of its spellings', () => {
    expect(normalizeTag('  Cafe\u0301\n')).toBe('Café')
    expect(normalizeTag('a\ud800b')).toBe('a\ufffdb')
    expect(normalizeTag(' \t')).toBe('')
  })

  it('leaves whole surrogate pairs alone', () => {
    expect(wellFormed('👩‍🚀')).toBe('👩‍🚀')
    expect(wellFormed('👩'.slice(0, 1))).toBe('\ufffd')
  })

  it('encodes and decodes every tag, lone surrogates too', () => {
    fc.assert(
      fc.property(units, (text) => {
        const tag = normalizeTag(text)
        expect(decodeTag(encodeTag(tag))).toBe(tag === '' ? undefined : tag)
      }),
    )
  })

  it('decodes only the one spelling that it writes, so that no tag has two keys', () => {
    for (const encoded of ['', '%', '%ff', '%20a', 'a%20', '%61', '%c3%a9', 'e%CC%81', 'a b']) {
      expect(decodeTag(encoded), encoded).toBeUndefined()
    }
    fc.assert(
      fc.property(anyText, (encoded) => {
        const tag = decodeTag(encoded)
        if (tag !== undefined) expect(encodeTag(tag)).toBe(encoded)
      }),
    )
  })

  it('bounds tags by the key they make', () => {
    const longest = MAX_KEY_BYTES - 64 - '/tags/'.length - 2
    expect(tagFits('x'.repeat(longest))).toBe(true)
    expect(tagFits('x'.repeat(longest + 1))).toBe(false)
    expect(tagFits('字'.repeat(longest / 9 + 1))).toBe(false)
  })
})
