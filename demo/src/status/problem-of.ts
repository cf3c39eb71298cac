/** What a person must know or do, in words. Pure. */
import type { SyncStatus } from 'kith-client'
import { keptWords } from 'kith-client/react'
import { storageWords } from './storage-words.js'

export type Action =
  | 'retry'
  | 'sign-in'
  | 'sign-out'
  | 'workspaces'
  | 'save-copy'
  | 'save-unsaved'
  | 'reload'
  | 'dismiss'

export interface Problem {
  /** Another key is another problem: a dismissed one that grows comes back. */
  key: string
  title: string
  text: string
  actions: readonly Action[]
}

/** Which workspace, and whether a server has ever let me in. */
interface Whose {
  name: string
  wasMember: boolean
}

/** The most pressing one; `undefined` where all is well. */
export const problemOf = (status: SyncStatus, workspace: Whose): Problem | undefined => {
  const { connection, storage, refused } = status
  const kept = keptWords(status)
  const waiting = kept === '' ? '' : ` ${kept}.`
  switch (connection.state) {
    case 'needs-auth':
      return {
        key: 'needs-auth',
        title: 'You are not signed in any more.',
        text: `You can go on working here, but nothing reaches the server until you sign in.${waiting}`,
        actions: ['sign-in', 'retry'],
      }
    case 'denied':
      return deniedProblem(workspace, waiting)
    case 'update-required':
      return obsoleteProblem(connection.reason, waiting)
    case 'loading':
      return undefined
    case 'live':
      return refused > 0 && connection.reason !== 'newer-schema'
        ? storageProblem(storage, refused)
        : (readingProblem(connection.reason, waiting) ?? storageProblem(storage, refused))
    default:
      return storageProblem(storage, refused)
  }
}

/** Connected, and yet what I do stays here. */
const readingProblem = (reason: string, waiting: string): Problem | undefined => {
  switch (reason) {
    case 'newer-schema':
      return {
        key: reason,
        title: 'Refresh this page to go on editing.',
        text: `This workspace has been opened by a newer version of Kith. Until then you can read here.${waiting}`,
        actions: ['reload', 'dismiss'],
      }
    case 'read-only':
      return {
        key: reason,
        title: 'You can only read here.',
        text: `Your last changes are not on the server. They are sent if an owner lets you edit again.${waiting}`,
        actions: ['save-unsaved', 'dismiss'],
      }
    case 'quota':
      return {
        key: reason,
        title: 'This workspace is full.',
        text: `The server takes no more changes. Kith tries again every minute. Tell an owner.${waiting}`,
        actions: ['save-unsaved', 'dismiss'],
      }
    default:
      return undefined
  }
}

const deniedProblem = ({ name, wasMember }: Whose, waiting: string): Problem =>
  wasMember
    ? {
        key: 'removed',
        title: `You are no longer a member of “${name}”.`,
        text: `What was here can still be read, but nobody sees what you change.${waiting}`,
        actions: ['workspaces', 'save-copy', 'retry'],
      }
    : {
        key: 'denied',
        title: `The server does not let you into “${name}”.`,
        text: `Ask its owner to let you in. Until then nobody sees what you change.${waiting}`,
        actions: ['retry', 'workspaces', 'sign-out'],
      }

const obsoleteProblem = (reason: string, waiting: string): Problem => {
  switch (reason) {
    case 'server-behind':
      return {
        key: reason,
        title: 'The server has forgotten what this device holds.',
        text: `Perhaps it was restored from an older copy. Nothing on this device is lost, but nothing is sent to the server or comes from it. Tell whoever runs it.${waiting}`,
        actions: ['reload', 'dismiss'],
      }
    case 'older-epoch':
      return {
        key: reason,
        title: 'The server has started this workspace over.',
        text: `What is on this device is from before that, and the two can’t be merged. Nothing on this device is lost, but nothing is sent to the server or comes from it. Tell whoever runs it.${waiting}`,
        actions: ['reload', 'dismiss'],
      }
    case 'client-ids-used-up':
      return {
        key: reason,
        title: 'This workspace can’t be opened any more.',
        text: `It has been opened as often as it allows, by you or by everybody. Nothing on this device is lost, but nothing is sent to the server or comes from it. Tell whoever runs it.${waiting}`,
        actions: ['reload', 'dismiss'],
      }
    default:
      return {
        key: 'update-required',
        title: 'This page is older than the server.',
        text: `Reload to get the newest one. If this message comes back, close Kith’s other tabs first.${waiting}`,
        actions: ['reload'],
      }
  }
}

const storageProblem = (storage: SyncStatus['storage'], refused: number): Problem | undefined => {
  if (refused > 0) {
    return {
      key: `refused-${refused}`,
      title:
        refused === 1 ? 'The server refused a change.' : `The server refused ${refused} changes.`,
      text: 'Nobody else sees what was refused, and it is not saved. Your other changes go on as usual.',
      actions: ['dismiss'],
    }
  }
  if (storage.kind === 'device') return undefined
  const { why, helps } = storageWords(storage.reason)
  return {
    key: `memory-${storage.reason ?? 'failed'}`,
    title: 'Nothing is kept on this device.',
    text: `${why} ${helps} Until then, changes that are not on the server yet are lost when this tab closes.`,
    actions: storage.reason === 'newer' ? ['reload', 'dismiss'] : ['dismiss'],
  }
}
