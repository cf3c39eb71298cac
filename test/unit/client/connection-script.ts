import { CLOSE_REASONS, type CloseReason, type ServerMessage, type WireRow } from 'kith-shared'
import { step } from '../../../client/core/connection.js'
import {
  type Connection,
  type ConnectionEffect,
  type ConnectionEvent,
  initialConnection,
  type Moment,
  type Timer,
} from '../../../client/core/connection-state.js'

type Plain = ConnectionEvent extends infer Event
  ? Event extends unknown
    ? Omit<Event, keyof Moment>
    : never
  : never

const WELCOME = {
  type: 'welcome',
  protocol: 1,
  user: { id: 'ana', name: 'Ana', email: null },
  role: 'editor',
  workspaceName: 'Team',
  schema: 1,
  epoch: 1,
  head: 0,
  follows: 'tail',
  limits: { updateBytes: 1, presenceBytes: 1 },
} as const satisfies ServerMessage

export const row = (author = 'bob'): WireRow => ({
  author: { id: author, name: author },
  committedAt: 1,
  update: new Uint8Array([0, 0]),
})

/** A token whose payload says when it ends, in milliseconds. */
export const tokenUntil = (expiry: number): string =>
  `h.${btoa(JSON.stringify({ exp: expiry / 1000 }))}.s`

export const tokenOf = (user: string): string => `h.${btoa(JSON.stringify({ sub: user }))}.s`

/** Plays a connection: what happens to it, and what it does then. */
export class Play {
  state: Connection = initialConnection('up')
  now = 1_000_000
  random = 0.5
  /** Bytes that the socket holds and has not sent. */
  unsent = 0
  isVisible = true
  /** What the last event led to. */
  effects: ConnectionEffect[] = []
  readonly timers = new Map<Timer, number>()

  happens(event: Plain): this {
    const whole = {
      ...event,
      now: this.now,
      random: this.random,
      unsent: this.unsent,
      isVisible: this.isVisible,
    } as ConnectionEvent
    const result = step(this.state, whole, { userId: 'ana', clientId: 7, ceiling: 3_000 })
    this.state = result.state
    this.effects = result.effects
    for (const effect of result.effects) {
      if (effect.type === 'set-timer') this.timers.set(effect.timer, this.now + effect.delay)
      if (effect.type === 'clear-timer') this.timers.delete(effect.timer)
    }
    return this
  }

  get phase(): string {
    return `${this.state.phase.type}: ${this.state.phase.reason}`
  }

  /** Types of what was done, timers apart. */
  get done(): string[] {
    return this.effects.map((effect) => effect.type).filter((type) => !type.includes('timer'))
  }

  find<Type extends ConnectionEffect['type']>(
    type: Type,
  ): Extract<ConnectionEffect, { type: Type }> | undefined {
    const is = (effect: ConnectionEffect): effect is Extract<ConnectionEffect, { type: Type }> =>
      effect.type === type
    return this.effects.find(is)
  }

  /** Lets time pass until this timer, and no other, goes off. */
  fires(timer: Timer): this {
    const at = this.timers.get(timer)
    if (at === undefined) throw new Error(`no timer ${timer} is set`)
    this.timers.delete(timer)
    this.now = Math.max(this.now, at)
    return this.happens({ type: 'timer', timer })
  }

  loads(epoch = 0, seq = 0): this {
    return this.happens({ type: 'connect' }).happens({ type: 'loaded', epoch, seq })
  }

  getsToken(token = 'token'): this {
    return this.happens({ type: 'token', ask: this.state.ask, token })
  }

  opens(unsentEpoch?: number): this {
    const { socket } = this.state
    return this.happens({ type: 'opened', socket, earlierIds: [5], unsentEpoch })
  }

  hears(message: ServerMessage): this {
    return this.happens({ type: 'message', socket: this.state.socket, message })
  }

  isWelcomed(change: Partial<typeof WELCOME> | object = {}): this {
    return this.hears({ ...WELCOME, ...change })
  }

  getsRows(firstSeq: number, count: number, epoch = 1): this {
    return this.hears({
      type: 'rows',
      epoch,
      firstSeq,
      rows: Array.from({ length: count }, () => row()),
    })
  }

  isClosed(reason: CloseReason): this {
    const { code, text } = CLOSE_REASONS[reason]
    return this.happens({ type: 'closed', socket: this.state.socket, code, text })
  }

  isCut(): this {
    return this.happens({ type: 'closed', socket: this.state.socket, code: 1006, text: '' })
  }

  goesLive(): this {
    return this.loads().getsToken().opens().isWelcomed()
  }

  passes(milliseconds: number): this {
    this.now += milliseconds
    return this
  }
}
