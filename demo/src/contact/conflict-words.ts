import type { FieldConflict } from 'kith-client/react'

/** What a conflict says, the value that does not show, and the button that takes it. */
export const conflictWords = ({ value, by, isMine }: Omit<FieldConflict, 'take' | 'dismiss'>) => {
  const who = by?.name ?? 'Somebody'
  const shown = value === '' ? 'nothing' : value
  return isMine
    ? { said: `${who} changed this, too. You wrote`, value: shown, take: 'Use mine' }
    : { said: `You changed this, too. ${who} wrote`, value: shown, take: 'Use this' }
}
