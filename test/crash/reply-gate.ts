/**
 * Stands between a server and its PostgreSQL, and keeps back what PostgreSQL answers to a commit:
 * the transaction is on disk then, and the server does not know.
 */
import { createServer, type Socket, connect as tcpConnect } from 'node:net'

export interface ReplyGate {
  /** `127.0.0.1:<port>`, to put in place of the database's address. */
  readonly host: string
  /**
   * The n-th reply to a commit from now on does not arrive; resolves as soon as PostgreSQL has
   * given it. The connection stays open until it is cut.
   */
  withhold(nth: number): Promise<{ cut(): void }>
  /** Safe twice. */
  close(): Promise<void>
}

/** A Bind to a prepared statement that commits, on the unnamed portal, by its first bytes. */
const COMMITS = ['commit', 'commit-with-notes'].map((name) => Buffer.from(`\0${name}\0`))
/** ReadyForQuery, outside of a transaction: the last bytes of every reply to a statement. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49])

interface Withheld {
  left: number
  tell(held: { cut(): void }): void
}

export const startReplyGate = async (target: {
  host: string
  port: number
}): Promise<ReplyGate> => {
  let wanted: Withheld | undefined
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = tcpConnect(target)
    let state: 'idle' | 'committing' | 'withheld' = 'idle'
    const cut = (): void => {
      for (const socket of [client, upstream]) socket.resetAndDestroy()
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => undefined)
      socket.once('close', () => {
        sockets.delete(socket)
        // Half a connection is of no use to anybody here.
        client.destroy()
        upstream.destroy()
      })
    }
    client.on('data', (bytes: Buffer) => {
      if (COMMITS.some((commit) => bytes.includes(commit))) state = 'committing'
      upstream.write(bytes)
    })
    upstream.on('data', (bytes: Buffer) => {
      if (state === 'withheld') return
      if (state === 'committing' && bytes.subarray(-READY.length).equals(READY)) {
        state = 'idle'
        if (wanted !== undefined && --wanted.left === 0) {
          state = 'withheld'
          wanted.tell({ cut })
          wanted = undefined
          return
        }
      }
      client.write(bytes)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  let closed: Promise<void> | undefined
  return {
    host: `127.0.0.1:${port}`,
    withhold: (nth) =>
      new Promise((tell) => {
        wanted = { left: nth, tell }
      }),
    close: () => {
      closed ??= new Promise((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      return closed
    },
  }
}
