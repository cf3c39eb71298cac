import { expect, it } from 'vitest'
import { webSockets } from '../../../client/edge/socket.js'

const [OPEN, CLOSING] = [1, 2]

class Recorded {
  static last: Recorded
  readonly sent: Uint8Array[] = []
  readonly bufferedAmount = 0
  binaryType = ''
  readyState = OPEN
  onopen = null
  onmessage = null
  onclose = null
  onerror = null

  constructor() {
    Recorded.last = this
  }

  send(data: Uint8Array): void {
    this.sent.push(data)
  }

  close(): void {
    this.readyState = CLOSING
  }
}

it('[C5] a socket that closes is sent nothing more, and complains of nothing', () => {
  const nobody = () => undefined
  const listener = { opened: nobody, frame: nobody, textFrame: nobody, closed: nobody }
  const socket = webSockets(Recorded)('ws://127.0.0.1', listener)
  socket.send(new Uint8Array([1]))
  Recorded.last.readyState = CLOSING
  socket.send(new Uint8Array([2]))
  expect(Recorded.last.sent).toEqual([new Uint8Array([1])])
})
