import { describe, expect, test } from 'vitest'
import { requestFor } from '../../../demo/src/session/dev-token.js'
import { readSession, sessionFor, sessionIn } from '../../../demo/src/session/session.js'

describe('a link that signs in', () => {
  test('names person, workspace and role, and asks for them', () => {
    const session = sessionIn('?as= Ana &workspace=team&role=viewer')
    expect(session).toEqual({
      userId: 'ana',
      name: 'Ana',
      workspaceId: 'team',
      entry: { role: 'viewer' },
    })
    expect(session && requestFor(session)).toEqual({
      userId: 'ana',
      name: 'Ana',
      workspaceId: 'team',
      role: 'viewer',
    })
  })

  test('without a workspace means the one where everybody meets, without a role no role', () => {
    for (const query of ['?as=Ana', '?as=Ana&workspace=&role=king']) {
      const session = sessionIn(query)
      expect(session).toMatchObject({ workspaceId: 'demo', entry: { role: undefined } })
    }
  })

  test.each(['', '?as=', '?as=%20', '?workspace=team', '?as=Ana&workspace=no%20id'])(
    '%s signs nobody in',
    (query) => {
      expect(sessionIn(query)).toBeUndefined()
    },
  )
})

describe('a token', () => {
  test('[H4] is asked for without a workspace once its person has entered', () => {
    expect(requestFor(sessionFor('Ana', 'team'))).toEqual({ userId: 'ana', name: 'Ana' })
  })

  test('[H4] names no role where its person named none', () => {
    const request = requestFor(sessionFor('Ana', 'team', { role: undefined }))
    expect(JSON.parse(JSON.stringify(request))).toEqual({
      userId: 'ana',
      name: 'Ana',
      workspaceId: 'team',
    })
  })
})

describe('a stored session', () => {
  test('is read as it was written', () => {
    for (const session of [
      sessionFor('Ana'),
      sessionFor('Ana', 'team'),
      sessionFor('Ana', 'team', { role: 'owner' }),
      sessionFor('Ana', 'team', { role: undefined }),
    ]) {
      expect(readSession(JSON.parse(JSON.stringify(session)))).toEqual(session)
    }
  })

  test('of an earlier version asks for no membership', () => {
    const earlier = { userId: 'ana', name: 'Ana', workspaceId: 'team', role: 'owner' }
    expect(readSession(earlier)).toEqual(sessionFor('Ana', 'team'))
  })

  test.each([
    null,
    'ana',
    [],
    {},
    { userId: 'ana', name: '' },
    { userId: '', name: 'Ana' },
    { userId: 'ana', name: 'Ana', workspaceId: 'no id' },
    { userId: 'ana', name: 'Ana', workspaceId: 7 },
  ])('%j is none', (value) => {
    expect(readSession(value)).toBeUndefined()
  })

  test('with a broken entry asks for nothing, with an unknown role for none', () => {
    const stored = { userId: 'ana', name: 'Ana', workspaceId: 'team' }
    expect(readSession({ ...stored, entry: 'owner' })?.entry).toBeUndefined()
    expect(readSession({ ...stored, entry: { role: 'king' } })?.entry).toEqual({ role: undefined })
  })
})
