import { CLOSE_REASONS, type CloseReason } from 'kith-shared'

/** Told to nobody: its text is that of `not-a-member`. */
type Hidden = 'foreign-origin'
const HIDDEN: Hidden = 'foreign-origin'

export type ToldReason = Exclude<CloseReason, Hidden>

/** The reason that this code and text stand for; by the code alone where the text is unknown. */
export const closeReasonOf = (code: number, text: string): ToldReason | undefined => {
  const isTold = (reason: CloseReason): reason is ToldReason => reason !== HIDDEN
  const reasons = (Object.keys(CLOSE_REASONS) as CloseReason[])
    .filter(isTold)
    .filter((reason) => CLOSE_REASONS[reason].code === code)
  return reasons.find((reason) => CLOSE_REASONS[reason].text === text) ?? reasons[0]
}
