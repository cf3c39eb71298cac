import { describe, expect, test } from 'vitest'
import {
  type Desk,
  type DeskEffect,
  type DeskEvent,
  emptyDesk,
  stepDesk,
  type TokenReason,
} from '../../../client/core/token-desk.js'

type Stripped<Event> = Event extends unknown ? Omit<Event, 'now' | 'random'> : never

const START = 1_000_000

/** `user` may write beyond ASCII. */
const tokenOf = (user: string, name = 'a', life = 600_000): string => {
  const text = JSON.stringify({ sub: user, name, exp: (START + life) / 1000 })
  return `h.${Buffer.from(text).toString('base64url')}.${name}`
}

/** One tab of Ana's, by its desk. */
class Tab {
  desk: Desk = emptyDesk
  now = START
  effects: DeskEffect[] = []
  readonly #user: string

  constructor(user = 'ana') {
    this.#user = user
  }

  happens(event: Stripped<DeskEvent>): this {
    // Each member of the union gets its moment back.
    const whole = { ...event, now: this.now, random: 0.5 } as DeskEvent
    const { desk, effects } = stepDesk(this.desk, whole, this.#user)
    this.desk = desk
    this.effects = effects
    return this
  }

  asks(reason: TokenReason = 'connect', ask = 1): this {
    return this.happens({ type: 'ask', ask, reason })
  }

  hears(token: string): this {
    return this.happens({ type: 'heard', message: { type: 'token', token } })
  }

  find<Type extends DeskEffect['type']>(
    type: Type,
  ): Extract<DeskEffect, { type: Type }> | undefined {
    const is = (effect: DeskEffect): effect is Extract<DeskEffect, { type: Type }> =>
      effect.type === type
    return this.effects.find(is)
  }

  get does(): string[] {
    return this.effects.map(({ type }) => type)
  }
}

describe('[C7] a token is asked for once across tabs:', () => {
  test('in a tab’s turn, and the answer is handed on before the turn passes on', () => {
    const tab = new Tab().asks()
    expect(tab.does).toEqual(['set-timer', 'take-turn'])
    tab.happens({ type: 'turn' })
    expect(tab.find('call')).toEqual({ type: 'call', ask: 1, reason: 'connect' })
    const token = tokenOf('ana')
    tab.happens({ type: 'got', ask: 1, token })
    expect(tab.does).toEqual(['clear-timer', 'post', 'end-turn', 'answer'])
    expect(tab.find('post')?.message).toEqual({ type: 'token', token })
    expect(tab.find('end-turn')?.after).toBeGreaterThan(0)
  })

  test('who waits takes what another hands on, and leaves the queue', () => {
    const token = tokenOf('ana')
    const tab = new Tab().asks().hears(token)
    expect(tab.find('answer')).toEqual({ type: 'answer', ask: 1, token })
    expect(tab.does).toContain('end-turn')
    expect(tab.happens({ type: 'turn' }).does).toEqual(['end-turn'])
  })

  test('who asks soon after takes it too, once; then it asks itself', () => {
    const tab = new Tab().hears(tokenOf('ana'))
    tab.now += 20_000
    expect(tab.asks().find('answer')).toBeDefined()
    expect(tab.asks('connect', 2).find('answer')).toBeUndefined()
    expect(tab.does).toContain('take-turn')
    const late = new Tab().hears(tokenOf('ana'))
    late.now += 31_000
    expect(late.asks().does).toContain('take-turn')
  })

  test('a renewal takes only what lasts longer than what it has', () => {
    const tab = new Tab().asks().hears(tokenOf('ana', 'a', 100_000))
    tab.asks('renew', 2).hears(tokenOf('ana', 'b', 100_000))
    expect(tab.find('answer')).toBeUndefined()
    expect(tab.hears(tokenOf('ana', 'c', 700_000)).find('answer')).toMatchObject({ ask: 2 })
  })

  test('where nobody asked it is told of, for who is stopped without one', () => {
    expect(new Tab().hears(tokenOf('ana')).does).toEqual(['there-is-one'])
  })
})

describe('[C7] what is not handed on, and not taken:', () => {
  const NOT = [
    ['another user’s', tokenOf('bob')],
    ['one that ends in 20 s', tokenOf('ana', 'a', 20_000)],
    ['one that says nothing of whose it is', 'token'],
  ] as const

  test.each(NOT)('%s', (_, token) => {
    const asked = new Tab().asks().happens({ type: 'turn' }).happens({ type: 'got', ask: 1, token })
    expect(asked.does).toEqual(['clear-timer', 'abort', 'end-turn', 'answer'])
    expect(new Tab().asks().hears(token).does).toEqual([])
    expect(new Tab().hears(token).does).toEqual([])
  })

  test('a refused one, of which the others are told once', () => {
    const token = tokenOf('ana')
    const tab = new Tab().asks().happens({ type: 'turn' }).happens({ type: 'got', ask: 1, token })
    tab.asks('refused', 2)
    expect(tab.find('post')?.message).toEqual({ type: 'token-refused', token })
    expect(tab.hears(token).find('answer')).toBeUndefined()
    tab.happens({ type: 'turn' }).happens({ type: 'got', ask: 2, token })
    expect(tab.find('post')).toBeUndefined()
    expect(tab.asks('refused', 3).find('post')).toBeUndefined()
    const other = new Tab().hears(token)
    other.happens({ type: 'heard', message: { type: 'token-refused', token } })
    expect(other.asks().find('answer')).toBeUndefined()
    expect(other.hears(token).find('answer')).toBeUndefined()
    expect(other.hears(tokenOf('ana', 'b')).find('answer')).toBeDefined()
  })

  test('a user’s name beyond ASCII is read as the server reads it', () => {
    expect(new Tab('zoë').asks().hears(tokenOf('zoë')).find('answer')).toBeDefined()
  })
})

describe('[C7] where who asks brings nothing, another asks:', () => {
  test('it failed', () => {
    const cause = new Error('away')
    const tab = new Tab()
      .asks()
      .happens({ type: 'turn' })
      .happens({ type: 'failed', ask: 1, cause })
    expect(tab.find('fail')).toEqual({ type: 'fail', ask: 1, cause })
    expect(tab.find('end-turn')?.after).toBe(0)
  })

  test('it hangs for 15 s', () => {
    const tab = new Tab().asks().happens({ type: 'turn' })
    expect(tab.find('set-timer')?.delay).toBe(15_000)
    tab.happens({ type: 'overdue' })
    expect(tab.does).toEqual(['clear-timer', 'abort', 'end-turn', 'fail'])
    expect(tab.happens({ type: 'got', ask: 1, token: tokenOf('ana') }).does).toEqual([])
  })

  test('its person signs in: the turn passes on, and the answer counts for all whenever it comes', () => {
    const tab = new Tab().asks('refused').happens({ type: 'turn' }).happens({ type: 'overdue' })
    expect(tab.does).toEqual(['end-turn'])
    tab.now += 100_000
    const token = tokenOf('ana')
    tab.happens({ type: 'got', ask: 1, token })
    expect(tab.find('answer')?.token).toBe(token)
    expect(tab.find('post')).toBeDefined()
  })

  test('it keeps its turn, and sleeps: others ask out of turn, not all at once', () => {
    const tab = new Tab().asks()
    expect(tab.find('set-timer')?.delay).toBe(17_500)
    tab.happens({ type: 'heard', message: { type: 'token-asked' } })
    expect(tab.does).toEqual(['set-timer'])
    tab.happens({ type: 'overdue' })
    expect(tab.does).toEqual(['end-turn', 'set-timer', 'post', 'call'])
    expect(tab.find('post')?.message).toEqual({ type: 'token-asked' })
    expect(tab.happens({ type: 'turn' }).does).toEqual(['end-turn'])
    const token = tokenOf('ana')
    expect(tab.happens({ type: 'got', ask: 1, token }).find('answer')).toBeDefined()
  })

  test('nobody wants it any more', () => {
    const tab = new Tab().asks().happens({ type: 'turn' }).happens({ type: 'forget' })
    expect(tab.does).toEqual(['clear-timer', 'abort', 'end-turn'])
    expect(tab.happens({ type: 'got', ask: 1, token: tokenOf('ana') }).does).toEqual([])
  })
})

describe('[C6] who signs in is not asked twice:', () => {
  test('the same question asked again, as by a wake, ends nothing, and its answer is the newer’s', () => {
    const tab = new Tab().asks('refused').happens({ type: 'turn' })
    expect(tab.asks('refused', 2).does).toEqual([])
    tab.now += 100_000
    tab.happens({ type: 'overdue' })
    expect(tab.asks('refused', 3).does).toEqual([])
    const token = tokenOf('ana')
    expect(tab.happens({ type: 'got', ask: 1, token }).find('answer')).toEqual({
      type: 'answer',
      ask: 3,
      token,
    })
    expect(tab.asks('refused', 4).does).toContain('take-turn')
  })

  test('nor loses who waits for a turn their place, and what fails is told to the newer', () => {
    const tab = new Tab().asks('refused').asks('refused', 2)
    expect(tab.does).toEqual([])
    expect(tab.happens({ type: 'turn' }).find('call')?.ask).toBe(1)
    const cause = new Error('closed')
    tab.happens({ type: 'failed', ask: 1, cause })
    expect(tab.find('fail')).toEqual({ type: 'fail', ask: 2, cause })
  })

  test('another question takes its place, and what the first still brings is nobody’s', () => {
    const tab = new Tab().asks('renew').happens({ type: 'turn' })
    expect(tab.asks('refused', 2).does).toContain('abort')
    expect(tab.happens({ type: 'got', ask: 1, token: tokenOf('ana') }).does).toEqual([])
  })
})
