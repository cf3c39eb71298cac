import {
  CLOSE_REASONS,
  type ClientMessage,
  retryAfterClose,
  type ServerMessage,
  unreachable,
} from 'kith-shared'
import type * as Y from 'yjs'
import { describeUpdate } from './describe-update.js'

const size = (bytes: Uint8Array): string => `${bytes.length.toLocaleString('en')} bytes`

const start = (bytes: Uint8Array): string => {
  const shown = [...bytes.subarray(0, 24)].map((byte) => byte.toString(16).padStart(2, '0'))
  return `${shown.join(' ')}${bytes.length > 24 ? ' …' : ''}`
}

/** A message in words; `doc` has what it brought. Tokens are never part of it. */
export const describeMessage = (message: ClientMessage | ServerMessage, doc: Y.Doc): string => {
  switch (message.type) {
    case 'hello':
      return `protocol ${message.protocol}, client ${message.clientId}, epoch ${message.epoch}, seq ${message.seq}, schema ${message.schema}, token of ${message.token.length} characters`
    case 'token':
      return `token of ${message.token.length} characters`
    case 'welcome':
      return `${message.user.name} (${message.user.id}) as ${message.role} in “${message.workspaceName}”, epoch ${message.epoch}, head ${message.head}, ${message.follows} follows`
    case 'rows':
      return describeRows(message, doc)
    case 'snapshot-chunk':
      return `through seq ${message.seq}, ${message.offset + message.bytes.length} of ${message.total} bytes`
    case 'ack':
      return `${message.count} messages settled, committed through seq ${message.seq}`
    case 'reject':
      return `message ${message.ordinal}: ${message.reason}`
    case 'probe':
      return `nonce ${message.nonce}`
    case 'notice':
      return JSON.stringify(message)
    case 'sync-step-1':
      return `state vector of ${size(message.stateVector)}: ${start(message.stateVector)}`
    case 'sync-step-2':
    case 'update':
      return [size(message.update), ...indented(message.update, doc)].join('\n')
    case 'awareness':
      return message.states
        .map((state) => `${state.clientId} @${state.clock} ${state.json}`)
        .join('\n')
    case 'query-awareness':
      return ''
    default:
      return unreachable(message)
  }
}

const indented = (update: Uint8Array, doc: Y.Doc): string[] =>
  describeUpdate(update, doc).map((line) => `  ${line}`)

const describeRows = (message: Extract<ServerMessage, { type: 'rows' }>, doc: Y.Doc): string => {
  const rows = message.rows.flatMap((row, index) => [
    `seq ${message.firstSeq + index} by ${row.author.name} (${row.author.id}) at ${new Date(row.committedAt).toLocaleTimeString()}, ${size(row.update)}`,
    ...indented(row.update, doc),
  ])
  return rows.join('\n')
}

const RETRIES = {
  never: 'final',
  'with-new-token': 'only with another token',
  backoff: 'try again after a while',
} as const

/** What a close code means here, and what a client does next. */
export const describeClose = (code: number, text: string): string => {
  const same = Object.values(CLOSE_REASONS).filter((reason) => reason.code === code)
  const known = same.some((reason) => reason.text === text)
  const meaning = known
    ? text
    : same.map((reason) => reason.text).join(' or ') || plainMeaning(code)
  if (code === 1000) return `${code}: ${meaning}`
  return `${code}: ${meaning} (${RETRIES[retryAfterClose(code, text)]})`
}

const plainMeaning = (code: number): string => {
  if (code === 1000) return 'closed as wished'
  if (code === 1001) return 'the other side went away'
  if (code === 1005) return 'closed without a code'
  if (code === 1006) return 'cut, or never opened'
  return 'not in Kith’s table'
}
