import type { Activity, ActivityDetail } from 'kith-client'
import type { Contact, ContactId, FieldChanges } from 'kith-shared'
import { describe, expect, it } from 'vitest'
import {
  type Away,
  type AwayEvent,
  awaySince,
  SHORT_DROP,
  stepAway,
  toldAlso,
} from '../../../demo/src/digest/away.js'
import { MAX_CONTACTS } from '../../../demo/src/digest/contact-news.js'
import {
  isEmpty,
  joined,
  type News,
  NO_NEWS,
  withActivity,
  withCaughtUp,
} from '../../../demo/src/digest/news.js'
import { headline, lines, noteWords } from '../../../demo/src/digest/words.js'

const BO = { id: 'bo', name: 'Bo' }
const CHIARA = { id: 'chiara', name: 'Chiara' }
const id = (text: string): ContactId => text as ContactId

let row = 0
const by = (user: { id: string; name: string }, detail: ActivityDetail): Activity => ({
  ...detail,
  user,
  workspaceId: 'team',
  seq: ++row,
  committedAt: row,
})
const changed = (contactId: string, changes: FieldChanges): ActivityDetail => ({
  type: 'contact_updated',
  payload: { contactId: id(contactId), changes },
})
const company = (before: string, after: string): FieldChanges => ({ company: { before, after } })
const created = (contactId: string): ActivityDetail => ({
  type: 'contact_created',
  payload: { contactId: id(contactId), contact: { deletedAt: null } as Contact },
})
const deleted = (contactId: string): ActivityDetail => ({
  type: 'contact_deleted',
  payload: { contactId: id(contactId) },
})
const noted = (contactId: string): ActivityDetail => ({
  type: 'note_added',
  payload: {
    contactId: id(contactId),
    note: { body: 'x' } as Extract<ActivityDetail, { type: 'note_added' }>['payload']['note'],
  },
})

const newsOf = (...activities: Activity[]): News => activities.reduce(withActivity, NO_NEWS)
const only = (news: News) => {
  const contact = news.people[0]?.contacts[0]
  if (!contact) throw new Error('no news')
  return contact
}

describe('what others did while one was away', () => {
  it('[W60] comes to one line per person, with how many contacts', () => {
    const news = newsOf(
      by(BO, changed('a', company('', 'Navy'))),
      by(BO, changed('a', { title: { before: '', after: 'Admiral' } })),
      by(BO, changed('b', company('x', 'y'))),
    )
    expect(headline(news)).toBe('Bo changed 2 contacts')
    const more = newsOf(
      by(BO, created('c')),
      by(BO, changed('a', company('', 'x'))),
      by(BO, deleted('b')),
    )
    expect(headline(more)).toBe('Bo added 1 contact, changed 1 and deleted 1')
    expect(headline(joined(news, newsOf(by(CHIARA, deleted('b')))))).toBe(
      'Bo and Chiara changed 2 contacts',
    )
  })

  it('[W60] tells a field from before the first to after the last change', () => {
    const news = newsOf(
      by(BO, changed('a', company('Navy', 'Army'))),
      by(BO, changed('a', company('Army', 'Fleet'))),
    )
    expect(lines(only(news))).toEqual([{ label: 'Company', before: 'Navy', after: 'Fleet' }])
  })

  it('[W60] leaves out what comes to nothing: there and back, made and deleted again', () => {
    const thereAndBack = newsOf(
      by(BO, changed('a', company('Navy', 'Army'))),
      by(BO, changed('a', company('Army', 'Navy'))),
      by(BO, created('b')),
      by(BO, deleted('b')),
    )
    expect(thereAndBack.people[0]?.contacts).toEqual([])
  })

  it('[W60] counts notes, and reads entries, tags and flags as people do', () => {
    const news = newsOf(
      by(BO, noted('a')),
      by(BO, noted('a')),
      by(
        BO,
        changed('a', {
          'emails/1': { before: null, after: { id: '1', label: 'work', value: 'a@b.example' } },
          'tags/a/b': { before: false, after: true },
          favorite: { before: false, after: true },
          strange: { before: [1], after: undefined },
        }),
      ),
    )
    expect(noteWords(only(news))).toBe('2 notes added')
    expect(lines(only(news)).slice(0, 3)).toEqual([
      { label: 'Email', before: '', after: 'a@b.example (work)' },
      { label: 'Tag', before: '', after: 'a/b' },
      { label: 'Favourite', before: 'no', after: 'yes' },
    ])
  })

  it('[W60] keeps of a long text what lies around the change', () => {
    const same = 'a'.repeat(5_000)
    const about = { about: { before: `${same}old`, after: `${same}new${'z'.repeat(5_000)}` } }
    const [line] = lines(only(newsOf(by(BO, changed('a', about)))))
    expect(line?.before).toMatch(/^…a+old$/)
    expect(line?.after).toMatch(/^…a+newz+…$/)
    expect(line?.after.length).toBeLessThan(200)
  })

  it('[W60] tells of thousands of contacts the first, and the number', () => {
    const activities = Array.from({ length: 3_000 }, (_, at) => by(BO, created(`c${at}`)))
    const news = newsOf(...activities)
    expect(news.people[0]?.contacts.length).toBe(MAX_CONTACTS)
    expect(headline(joined(news, newsOf(by(CHIARA, deleted('b')))))).toContain('3,001 contacts')
  })
})

describe('what came as a whole while one was away', () => {
  const whole = (changes: ActivityDetail[], known = 1_000, news = NO_NEWS): News =>
    withCaughtUp(news, { changes, seq: 9 }, known)
  const gone = (contactId: string): ActivityDetail => ({
    type: 'contact_created',
    payload: { contactId: id(contactId), contact: { deletedAt: 5 } as Contact },
  })

  it('[W61] is told as a comparison, without names, from what to what', () => {
    const news = whole([
      changed('a', company('Navy', 'Fleet')),
      noted('a'),
      created('b'),
      noted('b'),
      deleted('c'),
      gone('d'),
      noted('d'),
    ])
    expect(headline(news)).toBe('1 contact added, 1 changed and 1 deleted')
    expect(news.unnamed?.contacts[0]).toEqual({
      contactId: 'a',
      what: 'changed',
      changes: company('Navy', 'Fleet'),
      notes: { added: 1, changed: 0, deleted: 0 },
    })
    expect(headline(withActivity(news, by(BO, changed('a', company('Fleet', 'x')))))).toBe(
      '1 contact added, 1 changed and 1 deleted, and Bo changed 1 contact',
    )
    expect(isEmpty(whole([gone('d')]))).toBe(true)
  })

  it('[W61] is no news on a device that held nothing', () => {
    expect(isEmpty(whole([created('a'), created('b')], 2))).toBe(true)
    expect(headline(whole([created('a'), created('b')], 3))).toBe('2 contacts added')
  })

  it('[W61] keeps the first of many thousands, and counts all', () => {
    const many = Array.from({ length: 50_000 }, (_, at) => changed(`c${at}`, company('', 'x')))
    const news = whole(many, 60_000)
    expect(news.unnamed?.contacts).toHaveLength(MAX_CONTACTS)
    expect(headline(news)).toBe('50,000 contacts changed')
    expect(JSON.stringify(news).length).toBeLessThan(100_000)
  })

  it('[W61] adds to what nobody has read yet, and what goes there and back is none', () => {
    const first = whole([changed('a', company('Navy', 'Fleet')), changed('b', company('', 'x'))])
    const second = whole([changed('a', company('Fleet', 'Navy')), changed('b', company('x', 'y'))])
    const both = joined(first, second)
    expect(headline(both)).toBe('1 contact changed')
    expect(both.unnamed?.contacts.map(({ changes }) => changes)).toEqual([company('', 'y')])
  })
})

describe('when there are news', () => {
  const HOUR = 3_600_000
  const play = (away: Away, ...events: AwayEvent[]) => {
    let state = away
    let told: News | undefined
    for (const event of events) {
      const next = stepAway(state, event)
      state = next.away
      if (next.news) told = toldAlso(told, next.news)
    }
    return { state, told: told && headline(told) }
  }
  const boChanges = (): AwayEvent => ({
    type: 'heard',
    me: 'ana',
    activity: by(BO, changed('a', company('', 'Navy'))),
  })
  const here = (): Away => ({ type: 'here', seq: row })

  it('[W61] tells after a while away, and not on a device where one was never', () => {
    const away = awaySince({ at: 0, seq: row })
    expect(play(away, boChanges(), { type: 'back', now: HOUR, open: undefined }).told).toBe(
      'Bo changed 1 contact',
    )
    const fresh = awaySince(undefined)
    expect(play(fresh, boChanges(), { type: 'back', now: HOUR, open: undefined }).told).toBe(
      undefined,
    )
  })

  it('[W61] says nothing of a short drop, unless it touches what is on the screen', () => {
    const left: AwayEvent = { type: 'left', now: 0, byWish: false }
    const back = (open: string | undefined): AwayEvent => ({
      type: 'back',
      now: SHORT_DROP - 1,
      open,
    })
    expect(play(here(), left, boChanges(), back(undefined)).told).toBe(undefined)
    expect(play(here(), left, boChanges(), back('b')).told).toBe(undefined)
    expect(play(here(), left, boChanges(), back('a')).told).toBe('Bo changed 1 contact')
  })

  it('[W61] tells what came as a whole too, and only to who was away', () => {
    const change = changed('a', company('', 'Navy'))
    const whole: AwayEvent = {
      type: 'caught-up',
      caughtUp: { changes: [change], seq: 900 },
      known: 5,
    }
    const back: AwayEvent = { type: 'back', now: HOUR, open: undefined }
    const { told, state } = play(awaySince({ at: 0, seq: 1 }), whole, back)
    expect(told).toBe('1 contact changed')
    expect(state).toEqual({ type: 'here', seq: 900 })
    expect(play(awaySince(undefined), whole, back)).toEqual({ state, told: undefined })
    expect(play(here(), whole, back).told).toBe(undefined)
    const short: AwayEvent = { type: 'back', now: SHORT_DROP - 1, open: 'a' }
    expect(play(awaySince({ at: 0, seq: 1 }), whole, short).told).toBe('1 contact changed')
  })

  it('[W61] tells whoever left by wish, for however short', () => {
    const left: AwayEvent = { type: 'left', now: 0, byWish: true }
    expect(play(here(), left, boChanges(), { type: 'back', now: 1, open: undefined }).told).toBe(
      'Bo changed 1 contact',
    )
  })

  it('[W61] tells whoever left by wish before the page had settled', () => {
    const left: AwayEvent = { type: 'left', now: 0, byWish: true }
    const back: AwayEvent = { type: 'back', now: 1, open: undefined }
    const settling = awaySince({ at: 0, seq: row })
    expect(play(settling, left, boChanges(), back).told).toBe('Bo changed 1 contact')
    expect(play(settling, boChanges(), back).told).toBe(undefined)
  })

  it('[W61] tells nothing that was here before, of one’s own, or that comes while here', () => {
    const known = boChanges()
    const seen = { at: 0, seq: row }
    const mine: AwayEvent = {
      type: 'heard',
      me: 'bo',
      activity: by(BO, changed('a', company('', 'x'))),
    }
    const back: AwayEvent = { type: 'back', now: HOUR, open: 'a' }
    expect(play(awaySince(seen), known, mine, back).told).toBe(undefined)
    expect(play(awaySince(seen), back, boChanges(), back).told).toBe(undefined)
  })

  it('[W61] stays away through failed tries, and goes on from what was heard when back', () => {
    const left = (now: number): AwayEvent => ({ type: 'left', now, byWish: false })
    const back: AwayEvent = { type: 'back', now: HOUR, open: undefined }
    const { told, state } = play(here(), left(0), left(HOUR - 1), boChanges(), back)
    expect(told).toBe('Bo changed 1 contact')
    expect(state).toEqual({ type: 'here', seq: row })
  })
})
