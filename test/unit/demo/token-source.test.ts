import { afterEach, expect, test, vi } from 'vitest'
import { fetchDevToken, NoToken } from '../../../demo/src/session/dev-token.js'
import { sessionFor } from '../../../demo/src/session/session.js'
import { TokenSource } from '../../../demo/src/session/token-source.js'

const { signal } = new AbortController()

afterEach(() => vi.unstubAllGlobals())

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

const answering = (status: number, body: string) => {
  vi.stubGlobal('fetch', async () => new Response(body, { status }))
  const session = sessionFor('Ana', 'demo')
  return new TokenSource({
    fetchToken: () => fetchDevToken(session, signal),
    isMember: async () => undefined,
  })
}

test.each([400, 401, 403, 404])(
  '[W64] a sign-in refused with %i asks to sign in',
  async (status) => {
    const tokens = answering(status, '{}')
    expect(await tokens.getToken({ reason: 'connect', signal })).toBe('')
    expect(await tokens.getToken({ reason: 'refused', signal })).toBe('')
    // A request has nothing to ask with, and says so.
    await expect(tokens.bearer(signal)).rejects.toMatchObject({ reason: 'refused' })
  },
)

test.each([
  [429, '{}'],
  [503, '{}'],
  [200, '<p>Welcome to this hotel</p>'],
])(
  '[W64] an answer that says nothing about the sign-in (%i) is tried again',
  async (status, body) => {
    const asked = answering(status, body).getToken({ reason: 'connect', signal })
    await expect(asked).rejects.toBeInstanceOf(NoToken)
    await expect(asked).rejects.toMatchObject({ reason: 'unreachable' })
  },
)
