import { isUserId } from 'kith-shared'
import { describe, expect, it } from 'vitest'

const CONTROLS = ['\u0000', '\n', '\u001f', '\u007f', '\u0085', '\u009f']
const HALVES = ['\ud800', 'a\udfff', '\udc00\ud800']

describe('a user id', () => {
  it('[H2] is 1 to 255 printable characters, as the issuer gave it', () => {
    const odd = ['a/b', '%2e', '..a', '...', 'é', 'name@example.org', '🦊', 'auth0|1', ' ']
    for (const id of [...odd, 'u'.repeat(255)]) expect([id, isUserId(id)]).toEqual([id, true])
    for (const id of ['', 'u'.repeat(256), ...CONTROLS, 7, null, {}]) {
      expect([id, isUserId(id)]).toEqual([id, false])
    }
  })

  it('[H2] is no half of a character, since the database stores all halves as the same one', () => {
    for (const id of HALVES) expect([id, isUserId(id)]).toEqual([id, false])
  })

  it('[H4] can stand in a path: nobody could be removed whom no address can name', () => {
    for (const id of ['.', '..']) {
      const { pathname } = new URL(`/members/${encodeURIComponent(id)}`, 'http://localhost')
      expect(pathname).not.toBe(`/members/${id}`)
      expect(isUserId(id)).toBe(false)
    }
  })
})
