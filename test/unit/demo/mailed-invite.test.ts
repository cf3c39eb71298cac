// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from 'vitest'
import { dropInvite, keepInvite, resumeInvite } from '../../../demo/src/supabase/mailed-invite.js'

const CODE = 'abcdefgh-1234_XYZ'
const invite = { view: 'invite', code: CODE } as const
const DAY = 24 * 3_600_000

beforeEach(() => {
  localStorage.clear()
  location.hash = ''
})

describe('an invitation that waits for a mail', () => {
  it('[W67] is for who asked for the mail, and once', () => {
    keepInvite(invite, ' Ana@Team.example', 1_000)
    expect(resumeInvite('bo@team.example', 2_000)).toBe(false)
    expect(location.hash).toBe('')
    expect(resumeInvite('ana@team.example', 2_000)).toBe(true)
    expect(location.hash).toBe(`#/invite/${CODE}`)
    expect(resumeInvite('ana@team.example', 2_000)).toBe(false)
  })

  it('[W67] waits no more for who came to it in another way', () => {
    keepInvite(invite, 'ana@team.example', 1_000)
    dropInvite({ view: 'invite', code: 'another-code' })
    expect(localStorage).toHaveLength(1)
    dropInvite(invite)
    expect(resumeInvite('ana@team.example', 2_000)).toBe(false)
    expect(localStorage).toHaveLength(0)
  })

  it('[W67] waits no longer than a day, and is gone then', () => {
    keepInvite(invite, 'ana@team.example', 1_000)
    expect(resumeInvite('ana@team.example', 1_001 + DAY)).toBe(false)
    expect(localStorage).toHaveLength(0)
    keepInvite({ view: 'invite', code: '' }, 'ana@team.example', 1_000)
    keepInvite({ view: 'workspaces' }, 'ana@team.example', 1_000)
    expect(localStorage).toHaveLength(0)
  })

  it('[W67] is nothing where the device holds something else', () => {
    const kept = { email: 'ana@team.example', code: CODE, until: 5_000 }
    const others = [7, {}, { ...kept, code: '../x' }, { ...kept, until: 2 * DAY }, 'x', null]
    for (const other of others) {
      localStorage.setItem('kith.supabase-invite', JSON.stringify(other))
      expect(resumeInvite('ana@team.example', 1_000)).toBe(false)
    }
    localStorage.setItem('kith.supabase-invite', '{')
    expect(resumeInvite('ana@team.example', 1_000)).toBe(false)
    expect(location.hash).toBe('')
  })
})
