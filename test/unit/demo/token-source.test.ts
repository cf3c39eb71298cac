import { expect, test } from 'vitest'
import { TokenSource } from '../../../demo/src/session/token-source.js'

const { signal } = new AbortController()

const source = (isMember: boolean | undefined) => {
  let made = 0
  const asked: string[] = []
  const tokens = new TokenSource({
    fetchToken: async () => `token-${++made}`,
    isMember: async (token) => {
      asked.push(token)
      return isMember
    },
  })
  return { tokens, asked }
}

test('[P4] who was removed gets the refused token again, which ends the tries', async () => {
  const { tokens, asked } = source(false)
  const first = await tokens.getToken({ reason: 'connect', signal })
  expect(await tokens.getToken({ reason: 'refused', signal })).toBe(first)
  expect(await tokens.getToken({ reason: 'refused', signal })).toBe(first)
  // Each time a fresh one was tried: an owner may have let them in again.
  expect(asked).toEqual(['token-2', 'token-3'])
})

test.each([true, undefined])('a fresh one otherwise: a member, as far as known: %s', async (is) => {
  const { tokens } = source(is)
  await tokens.getToken({ reason: 'connect', signal })
  expect(await tokens.getToken({ reason: 'refused', signal })).toBe('token-2')
})

test('no membership is looked up for a renewal', async () => {
  const { tokens, asked } = source(false)
  await tokens.getToken({ reason: 'connect', signal })
  expect(await tokens.getToken({ reason: 'renew', signal })).toBe('token-2')
  expect(asked).toEqual([])
})

test('requests share the last one until the server refuses it', async () => {
  const { tokens } = source(true)
  const token = await tokens.getToken({ reason: 'connect', signal })
  expect(await tokens.bearer(signal)).toBe(token)
  expect(await tokens.bearer(signal, token)).toBe('token-2')
  // Another request was refused with the older one: the newer one is there already.
  expect(await tokens.bearer(signal, token)).toBe('token-2')
})
