import { describe, expect, it } from 'vitest'
import { initialsOf } from '../../../client/react/presence/initials.js'
import { mailHref, phoneHref, pictureSrc, webHref } from '../../../demo/src/contact/safe-href.js'

describe('what stands behind a link', () => {
  it('[P4] is never a script, whatever a member typed', () => {
    const hostile = [
      'javascript:alert(1)',
      ' JaVaScRiPt:alert(1)',
      'java\nscript:alert(1)',
      'data:text/html,<script>alert(1)</script>',
      'vbscript:x',
      'file:///etc/passwd',
      'blob:https://example.com/x',
    ]
    for (const value of hostile) {
      expect(webHref(value)).toBeUndefined()
      expect(mailHref(value)).toBeUndefined()
      expect(phoneHref(value)).toBeUndefined()
    }
  })

  it('[W24] a picture comes over https alone, and never with a login in its address', () => {
    expect(pictureSrc('https://example.com/ana.png')).toBe('https://example.com/ana.png')
    const others = [
      '',
      'http://example.com/ana.png',
      'data:image/svg+xml,<svg/>',
      'javascript:alert(1)',
      'https://ana:secret@example.com/ana.png',
      '//example.com/ana.png',
    ]
    for (const value of others) expect(pictureSrc(value)).toBeUndefined()
  })

  it('[W24] a mail link names one address, and nothing else', () => {
    const none = ['a@b,c@d', 'a@b;c@d', '<a@b>', 'a:b@c', 'javascript:x@y', 'a@b/../c', 'a @b']
    for (const value of none) expect(mailHref(value)).toBeUndefined()
    expect(mailHref('o’neil+kith@example.com')).toMatch(/^mailto:o/)
  })

  it('is a web address, with or without its scheme', () => {
    expect(webHref('https://example.com/a?b')).toBe('https://example.com/a?b')
    expect(webHref('http://example.com')).toBe('http://example.com/')
    expect(webHref('example.com/ana')).toBe('https://example.com/ana')
    expect(webHref('example.com:8080')).toBe('https://example.com:8080/')
    expect(webHref('not a link')).toBeUndefined()
    expect(webHref('')).toBeUndefined()
  })

  it('is a mail address or a number that can be dialled', () => {
    expect(mailHref('ana@example.com')).toBe('mailto:ana@example.com')
    expect(mailHref('ana@example.com?bcc=all@example.com')).toBeUndefined()
    expect(phoneHref('+351 (912) 345-678')).toBe('tel:+351912345678')
    expect(phoneHref('ask at the desk')).toBeUndefined()
  })
})

describe('initials', () => {
  it('are whole letters of the first and the last word, in any script', () => {
    expect(initialsOf('Ana Maria Lima')).toBe('AL')
    expect(initialsOf('zoë')).toBe('Z')
    expect(initialsOf('王小明')).toBe('王')
    expect(initialsOf('Ana Lima 0137')).toBe('AL')
    expect(initialsOf('4711')).toBe('4')
    expect(initialsOf('🙂')).toBe('?')
    expect(initialsOf('')).toBe('?')
  })
})
