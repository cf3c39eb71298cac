import type { FieldConflict } from 'kith-client/react'

/** What happened, who wrote the value that does not show, and the button that takes it. */
export const conflictWords = ({ value, by, isMine }: Omit<FieldConflict, 'take' | 'dismiss'>) => {
  const who = by?.name ?? 'Somebody'
  const shown = value === '' ? 'nothing' : value
  return isMine
    ? { why: `${who} changed this, too.`, said: 'You wrote', value: shown, take: 'Use mine' }
    : { why: 'You changed this, too.', said: `${who} wrote`, value: shown, take: 'Use this' }
}
