import type { UserId } from 'kith-shared'
import { describe, expect, test } from 'vitest'
import type { TokenVerifier } from '../../server/core/ports.js'
import { MAX_REMEMBERED, rememberVerified } from '../../server/verified-tokens.js'

type Verified = Awaited<ReturnType<TokenVerifier['verify']>>

const EXPIRES = 100_000

/** A clock, and a verifier that says what it was asked; a good token is the name of its user. */
const stage = ({ keepFor = Number.POSITIVE_INFINITY } = {}) => {
  const play = {
    now: 0,
    asked: [] as string[],
    answer: (token: string): Verified => ({
      outcome: 'valid',
      // It fits the pattern of its id.
      claims: { userId: token as UserId, name: token, email: null, expiresAt: EXPIRES },
    }),
    userOf: async (token: string) => {
      const verified = await remembered.verify(token)
      return verified.outcome === 'valid' ? verified.claims.userId : verified.outcome
    },
  }
  const verifier: TokenVerifier = {
    async verify(token) {
      play.asked.push(token)
      return play.answer(token)
    },
  }
  const remembered = rememberVerified(verifier, keepFor, () => play.now)
  return play
}

describe('[P4] a token that was good', () => {
  test('is not checked again, and names the same user', async () => {
    const play = stage()
    expect(await play.userOf('ana')).toBe('ana')
    expect(await play.userOf('ben')).toBe('ben')
    expect(await play.userOf('ana')).toBe('ana')
    expect(play.asked).toEqual(['ana', 'ben'])
  })

  test('is checked again from the moment on that it expires', async () => {
    const play = stage()
    await play.userOf('ana')
    play.now = EXPIRES - 1
    await play.userOf('ana')
    expect(play.asked).toEqual(['ana'])
    play.now = EXPIRES
    play.answer = () => ({ outcome: 'expired' })
    expect(await play.userOf('ana')).toBe('expired')
    play.now = 0
    expect(await play.userOf('ana')).toBe('expired')
  })

  test('is checked again once its key may have been withdrawn', async () => {
    const play = stage({ keepFor: 1_000 })
    await play.userOf('ana')
    play.now = 999
    await play.userOf('ana')
    expect(play.asked).toEqual(['ana'])
    play.now = 1_000
    play.answer = () => ({ outcome: 'invalid' })
    expect(await play.userOf('ana')).toBe('invalid')
  })
})

test.each(['expired', 'invalid', 'away'] as const)(
  '[P4] a token that was %s is checked each time anew',
  async (outcome) => {
    const play = stage()
    const { answer } = play
    play.answer = () => ({ outcome })
    expect(await play.userOf('ana')).toBe(outcome)
    play.answer = answer
    expect(await play.userOf('ana')).toBe('ana')
  },
)

test('[P7] no more than a bounded number of tokens is remembered, and the oldest goes first', async () => {
  const play = stage()
  for (let n = 0; n <= MAX_REMEMBERED; n++) await play.userOf(`user-${n}`)
  play.asked = []
  for (const n of [1, MAX_REMEMBERED, 0]) await play.userOf(`user-${n}`)
  expect(play.asked).toEqual(['user-0'])
})
