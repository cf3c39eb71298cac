import { describe, expect, it } from 'vitest'
import { plainLine } from '../../server/edge/plain-text.js'

describe('a name as it is stored and shown', () => {
  it('[H3] is one line without control characters, of 200 whole characters at most', () => {
    expect(plainLine(' a\u0000b \n\u2028 c\u0085')).toBe('a b c')
    expect(plainLine('x'.repeat(10_000))).toBe('x'.repeat(200))
    expect(plainLine('🦊'.repeat(300))).toBe('🦊'.repeat(200))
    expect(plainLine('a\ud800')).toBe('a\ufffd')
  })

  it('[P4] turns round nothing that stands beside it', () => {
    expect(plainLine('Ana\u202egnp.exe\u2066')).toBe('Anagnp.exe')
  })

  it('[P4] is nothing where nobody could see it', () => {
    for (const unseen of ['\u200b', '\u200d \u2060', '\ufeff', '\u00ad']) {
      expect(plainLine(unseen)).toBe('')
    }
    expect(plainLine('👩\u200d🚀')).toBe('👩\u200d🚀')
    expect(plainLine('می\u200cخواهم')).toBe('می\u200cخواهم')
  })
})
