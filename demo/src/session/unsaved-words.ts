import type { SyncStatus } from 'kith-client'

/** What nobody but this device has, and what becomes of it when its person leaves. */
export const unsavedWords = (
  { pending, refused, onDevice, storage }: SyncStatus,
  leaves = 'sign out',
): string => {
  const waiting =
    pending === 0 ? '' : `${changes(pending)} of yours ${are(pending)} not on the server yet.`
  const set =
    refused === 0 ? '' : `${changes(refused)} of yours ${was(refused)} refused by the server.`
  const isKept = storage.kind === 'device' && onDevice
  const isOne = pending + refused === 1
  const then = isKept
    ? `This device keeps ${isOne ? 'it' : 'them'} until you sign in here again.`
    : `${isOne ? 'It is' : 'They are'} in this tab only: once you ${leaves} ${isOne ? 'it is' : 'they are'} gone.`
  return [waiting, set, then].filter(Boolean).join(' ')
}

const changes = (count: number): string =>
  count === 1 ? '1 change' : `${count.toLocaleString('en')} changes`
const are = (count: number): string => (count === 1 ? 'is' : 'are')
const was = (count: number): string => (count === 1 ? 'was' : 'were')
