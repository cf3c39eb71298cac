import { expect, test } from 'vitest'
import { takeNewest } from '../../../demo/src/shell.js'

const LONG = 60_000

class FakeWorker extends EventTarget {
  readonly messages: unknown[] = []
  state: ServiceWorkerState
  readonly #asked: () => void

  constructor(state: ServiceWorkerState, asked: () => void = () => undefined) {
    super()
    this.state = state
    this.#asked = asked
  }

  becomes(state: ServiceWorkerState): void {
    this.state = state
    this.dispatchEvent(new Event('statechange'))
  }

  postMessage(message: unknown): void {
    this.messages.push(message)
    this.#asked()
  }
}

interface FakeRegistration {
  installing: FakeWorker | null
  waiting: FakeWorker | null
  update(): Promise<void>
}

const containerOf = (registration: FakeRegistration | undefined): ServiceWorkerContainer => {
  const container = Object.assign(new EventTarget(), { getRegistration: async () => registration })
  return container as unknown as ServiceWorkerContainer // the rest of it is not asked for
}

test('a version that waits is asked to take over, and waited for', async () => {
  const told: string[] = []
  const waiting = new FakeWorker('installed', () => {
    told.push('asked')
    queueMicrotask(() => {
      told.push('took over')
      container.dispatchEvent(new Event('controllerchange'))
    })
  })
  const update = () => Promise.reject(new Error('no network'))
  const container = containerOf({ installing: null, waiting, update })
  await takeNewest(container, LONG)
  expect(told).toEqual(['asked', 'took over'])
  expect(waiting.messages).toEqual([{ type: 'SKIP_WAITING' }])
})

test('a version found only now is installed first', async () => {
  const newest = new FakeWorker('installing', () =>
    container.dispatchEvent(new Event('controllerchange')),
  )
  const registration: FakeRegistration = {
    installing: null,
    waiting: null,
    update: async () => {
      registration.installing = newest
      setTimeout(() => newest.becomes('installed'))
    },
  }
  const container = containerOf(registration)
  await takeNewest(container, LONG)
  expect(newest.state).toBe('installed')
  expect(newest.messages).toEqual([{ type: 'SKIP_WAITING' }])
})

test('nothing newer, no shell at all or a version that never comes do not hold up a reload', async () => {
  const update = async () => undefined
  await takeNewest(containerOf(undefined), LONG)
  await takeNewest(containerOf({ installing: null, waiting: null, update }), LONG)
  const stuck = new FakeWorker('installing')
  await takeNewest(containerOf({ installing: stuck, waiting: null, update }), 1)
  expect(stuck.messages).toEqual([])
})
