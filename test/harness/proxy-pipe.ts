import type { Socket } from 'node:net'

export interface Network {
  readonly stalled: boolean
  readonly delay: number
}

/** One direction of a proxied connection. */
export interface Pipe {
  shape(network: Network): void
  close(): void
}

/** `due` is never earlier than that of the piece before, so order holds when the delay changes. */
interface Piece {
  readonly bytes: Buffer | 'end'
  readonly due: number
}

/** Beyond this the source is paused, as a full network would make it. */
const highWater = 1024 * 1024

const tear = (bytes: Buffer, random: () => number): Buffer[] => {
  if (bytes.length < 2) return [bytes]
  const at = 1 + Math.floor(random() * (bytes.length - 1))
  return [bytes.subarray(0, at), bytes.subarray(at)]
}

export const pipe = (from: Socket, to: Socket, random?: () => number): Pipe => {
  const queue: Piece[] = []
  let network: Network = { stalled: false, delay: 0 }
  let timer: NodeJS.Timeout | undefined
  let queued = 0

  const enqueue = (bytes: Buffer | 'end'): void => {
    const now = performance.now()
    const delay = network.delay * (random === undefined ? 1 : 1 + random())
    queue.push({ bytes, due: Math.max(now + delay, queue.at(-1)?.due ?? 0) })
    queued += bytes === 'end' ? 0 : bytes.length
    if (queued > highWater) from.pause()
  }
  const deliver = ({ bytes }: Piece): void => {
    if (bytes === 'end') to.end()
    else {
      queued -= bytes.length
      to.write(bytes)
    }
  }
  const flush = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (network.stalled) return
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      const wait = next.due - performance.now()
      if (wait > 0) {
        timer = setTimeout(flush, Math.ceil(wait))
        return
      }
      queue.shift()
      deliver(next)
    }
    if (queued <= highWater && to.writableLength < highWater) from.resume()
  }

  from.on('data', (bytes: Buffer) => {
    for (const piece of random === undefined ? [bytes] : tear(bytes, random)) enqueue(piece)
    flush()
  })
  from.on('end', () => {
    enqueue('end')
    flush()
  })
  to.on('drain', flush)
  return {
    shape: (next) => {
      network = next
      flush()
    },
    close: () => {
      clearTimeout(timer)
      queue.length = 0
    },
  }
}
