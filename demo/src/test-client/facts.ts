/** What is known of one connection, from its events alone. Pure. */
import { type ServerMessage, unreachable } from 'kith-shared'
import type { SocketEvent } from './socket.js'

export interface Facts {
  /** "Ana (ana) as owner in “Team”"; '' before the welcome. */
  who: string
  epoch: number | undefined
  /** The journal's head at the welcome, and what came since. */
  head: number | undefined
  /** All rows through it have come. */
  seq: number | undefined
  /** Update messages of this connection: SyncStep2 and update, which `ack` counts. */
  sent: number
  settled: number
  refused: number
  framesIn: number
  framesOut: number
  bytesIn: number
  bytesOut: number
}

export const NO_FACTS: Facts = {
  who: '',
  epoch: undefined,
  head: undefined,
  seq: undefined,
  sent: 0,
  settled: 0,
  refused: 0,
  framesIn: 0,
  framesOut: 0,
  bytesIn: 0,
  bytesOut: 0,
}

export const stepFacts = (facts: Facts, event: SocketEvent): Facts => {
  switch (event.type) {
    case 'opening':
      return NO_FACTS
    case 'sent':
    case 'sent-raw': {
      const framesOut = facts.framesOut + 1
      const bytesOut = facts.bytesOut + event.bytes.length
      const isUpdate =
        event.type === 'sent' &&
        (event.message?.type === 'update' || event.message?.type === 'sync-step-2')
      return { ...facts, framesOut, bytesOut, sent: facts.sent + (isUpdate ? 1 : 0) }
    }
    case 'received': {
      const counted = {
        ...facts,
        framesIn: facts.framesIn + 1,
        bytesIn: facts.bytesIn + event.bytes.length,
      }
      return event.message ? heard(counted, event.message) : counted
    }
    case 'open':
    case 'received-text':
    case 'closed':
      return facts
    default:
      return unreachable(event)
  }
}

const heard = (facts: Facts, message: ServerMessage): Facts => {
  switch (message.type) {
    case 'welcome': {
      const { user, role, workspaceName, epoch, head } = message
      const who = `${user.name} (${user.id}) as ${role} in “${workspaceName}”`
      return { ...facts, who, epoch, head }
    }
    case 'rows':
      return reached(facts, message.firstSeq + message.rows.length - 1)
    case 'snapshot-chunk': {
      const isWhole = message.offset + message.bytes.length === message.total
      return isWhole ? reached(facts, message.seq) : facts
    }
    case 'ack':
      return { ...facts, settled: message.count, head: larger(facts.head, message.seq) }
    case 'reject':
      return { ...facts, refused: facts.refused + 1 }
    default:
      return facts
  }
}

const reached = (facts: Facts, seq: number): Facts => ({
  ...facts,
  seq: larger(facts.seq, seq),
  head: larger(facts.head, seq),
})

const larger = (known: number | undefined, next: number): number => Math.max(known ?? 0, next)

/** As a table's lines: what, and how it stands. */
export const factLines = (
  facts: Facts,
  stateVector: ReadonlyMap<number, number>,
): [string, string][] => [
  ['Who', facts.who || '–'],
  ['Epoch', `${facts.epoch ?? '–'}`],
  ['Seq', facts.seq === undefined ? '–' : `${facts.seq} of ${facts.head ?? facts.seq}`],
  ['Pending', `${facts.sent - facts.settled}`],
  ['Acknowledged', `${facts.settled} of ${facts.sent}, ${facts.refused} refused`],
  ['Frames', `${facts.framesIn} in, ${facts.framesOut} out`],
  ['Bytes', `${facts.bytesIn.toLocaleString('en')} in, ${facts.bytesOut.toLocaleString('en')} out`],
  ['State vector', vectorWords(stateVector)],
]

/** Client ids that are listed. */
const LISTED = 8

const vectorWords = (vector: ReadonlyMap<number, number>): string => {
  if (vector.size === 0) return 'empty'
  const listed = [...vector].slice(0, LISTED).map(([client, clock]) => `${client}: ${clock}`)
  const more = vector.size - listed.length
  return `${listed.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
