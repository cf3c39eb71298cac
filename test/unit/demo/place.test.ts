import { describe, expect, test } from 'vitest'
import { inviteLink, parsePlace } from '../../../demo/src/workspaces/place.js'

const CODE = 'Ab3-_'.repeat(8)

describe('the address', () => {
  test.each([
    ['', 'workspace'],
    ['#/contacts/some-id', 'workspace'],
    ['#/new', 'workspace'],
    ['#/workspaces', 'workspaces'],
    ['#/workspaces/else', 'workspaces'],
  ])('%s is the %s', (hash, view) => {
    expect(parsePlace(hash)).toEqual({ view })
  })

  test('an invite link leads to its invite', () => {
    const link = new URL(inviteLink('https://kith.example', CODE))
    expect(parsePlace(link.hash)).toEqual({ view: 'invite', code: CODE })
    // What a browser sends to a server, which may write it into a log.
    expect(link.pathname + link.search).toBe('/')
  })

  test.each([
    '#/invite',
    '#/invite/',
    '#/invite/short',
    `#/invite/${CODE}%2F..%2Fworkspaces`,
    `#/invite/${'x'.repeat(129)}`,
  ])('%s is an invite that no server is asked for', (hash) => {
    expect(parsePlace(hash)).toEqual({ view: 'invite', code: '' })
  })
})
