/** What `docs/status.md` lists is what there is: the types below don't compile where a word is missing. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Phase } from '../../../client/core/connection-state.js'
import type { LiveReason } from '../../../client/core/status.js'
import type { ConnectionState, SyncErrorCode } from '../../../client/index.js'

type ReasonOf<State extends ConnectionState> =
  | Extract<Phase, { type: State }>['reason']
  | (State extends 'live' ? LiveReason : never)

const REASONS: { [State in ConnectionState]: Record<ReasonOf<State>, true> } = {
  loading: { 'reading-device': true },
  offline: {
    disconnected: true,
    'no-network': true,
    'connection-lost': true,
    unreachable: true,
    'token-unavailable': true,
    hole: true,
    'broken-server': true,
    'hello-timeout': true,
    restarting: true,
    'new-epoch': true,
    overloaded: true,
    'too-many-connections': true,
    'slow-reader': true,
    'heartbeat-lost': true,
  },
  connecting: { 'asking-token': true, opening: true, greeting: true },
  syncing: { snapshot: true, tail: true, epochs: true },
  live: {
    live: true,
    'newer-schema': true,
    'read-only': true,
    quota: true,
    'refused-change': true,
  },
  'needs-auth': { 'no-token': true, 'not-authenticated': true, 'token-expired': true },
  denied: { 'not-a-member': true, 'user-mismatch': true, 'malformed-workspace-id': true },
  'storage-error': { 'storage-away': true },
  'update-required': {
    'protocol-version': true,
    'older-epoch': true,
    'server-behind': true,
    'client-ids-used-up': true,
    'too-large': true,
    'broken-frame': true,
    'text-frame': true,
    'refused-change': true,
    'broken-server': true,
  },
}

const ERRORS: Record<SyncErrorCode, true> = {
  'not-authenticated': true,
  denied: true,
  'user-mismatch': true,
  'token-unavailable': true,
  'refused-change': true,
  'old-document': true,
  storage: true,
  'storage-damaged': true,
  'update-required': true,
  protocol: true,
  'quota-warning': true,
}

const text = readFileSync(new URL('../../../docs/status.md', import.meta.url), 'utf8')
const rows = text
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
const word = (cell = ''): string => cell.replaceAll('`', '')

describe('[C1] docs/status.md', () => {
  test('lists every reason of every state, and no other', () => {
    const listed = rows
      .filter((cells) => cells.length === 7)
      .map(([, state, reason]) => `${word(state)}: ${word(reason)}`)
    const known = Object.entries(REASONS).flatMap(([state, reasons]) =>
      Object.keys(reasons).map((reason) => `${state}: ${reason}`),
    )
    expect(listed.toSorted()).toEqual(known.toSorted())
  })

  test('says of each what it means, what to show, and what ends it', () => {
    const empty = rows.filter((cells) => cells.slice(1, -1).some((cell) => cell === ''))
    expect(empty).toEqual([])
  })

  test('lists every code of an error, and no other', () => {
    const listed = rows.filter((cells) => cells.length === 5).map(([, code]) => word(code))
    expect(listed.toSorted()).toEqual(Object.keys(ERRORS).toSorted())
  })
})
