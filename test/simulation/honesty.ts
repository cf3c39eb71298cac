/** The promise P5 as an invariant: what a tab's status says of its own work. */
import type { Entry } from './book.js'
import type { Clock } from './clock.js'
import type { Device } from './device.js'
import { broken, isSuperseded, type Scene } from './scene.js'
import type { Tab } from './tab.js'

/**
 * P5. `pending` is what is not committed, as far as its device can know: at least all that its tab
 * wrote and no commit holds, at most all that nobody of its device has heard to be settled; and
 * `onDevice` is said only of what the device's storage holds.
 */
export const statusIsHonest = (scene: Scene): void => {
  const { devices, committed, book, witness, clock } = scene
  for (const { wire, messages } of witness.heard) {
    const again = new Set(wire.sent.slice(wire.heard).flatMap(({ tokens }) => tokens))
    // An answer holds more than its tab waits for, which goes on waiting for its own.
    const own = messages.filter(({ isAnswer }) => !isAnswer)
    for (const token of own.flatMap(({ tokens }) => tokens)) {
      const entry = again.has(token) ? undefined : book.entryOf(token)
      if (entry?.tab === wire.party.tab) entry.acknowledgedAt ??= clock.now()
    }
  }
  for (const device of devices) {
    for (const tab of device.tabs) {
      const { pending, onDevice, refused } = tab.workspace.status()
      for (const entry of tab.unsettled) {
        if (committed.seqOf(entry.token) !== undefined) tab.unsettled.delete(entry)
      }
      const open = [...tab.unsettled].filter((entry) => !isSuperseded(book, committed, entry))
      const least = new Set(open.flatMap(({ touches }) => touches)).size
      if (pending + refused < least) broken('P5', `${device.name} waits for ${pending} of ${least}`)
      const most = mostPending(scene, device, tab)
      if (pending > most) {
        broken('P5', `${device.name} waits for ${pending}, at most ${most} is`)
      }
      if (onDevice && refused === 0) isKept(device, open)
    }
    const isAllTold = device.tabs.every((tab) => tab.workspace.status().pending === 0)
    if (isAllTold && device.disk.isEmpty) book.untoldOn(device.name).clear()
  }
}

const isKept = (device: Device, open: readonly Entry[]): void => {
  const lacking = open.filter((entry) => !entry.isKept)
  if (lacking.length === 0) return
  const { outbox } = device.disk
  const gone = lacking.find(({ token }) => !outbox.has(token))
  if (gone) broken('P5', `${device.name} says that token ${gone.token} is on the device`)
}

const mostPending = ({ book, clock }: Scene, device: Device, tab: Tab): number => {
  const touches = new Set(book.untoldOn(device.name))
  for (const entry of book.writtenOn(device.name)) {
    if (isTold(device, tab, entry, clock)) continue
    for (const touch of entry.touches) touches.add(touch)
  }
  return touches.size
}

/** Words of another tab take a moment; who opened later, or outlived it, may have missed them. */
const isTold = (device: Device, tab: Tab, entry: Entry, clock: Clock): boolean => {
  const { acknowledgedAt } = entry
  if (acknowledgedAt === undefined) return false
  // An acknowledgement waits while the device takes in another epoch.
  if (entry.tab === tab.number) return clock.now() - acknowledgedAt > CROSSING
  const lives = device.tabs.some(({ number }) => number === entry.tab)
  return lives && tab.openedAt < acknowledgedAt && clock.now() - acknowledgedAt > WORD_OF_TAB
}

const WORD_OF_TAB = 50
const CROSSING = 100
