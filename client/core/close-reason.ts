import { CLOSE_REASONS, type CloseReason } from 'kith-shared'

/** The reason that this code and text stand for; by the code alone where the text is unknown. */
export const closeReasonOf = (code: number, text: string): CloseReason | undefined => {
  const reasons = (Object.keys(CLOSE_REASONS) as CloseReason[]).filter(
    (reason) => CLOSE_REASONS[reason].code === code,
  )
  return reasons.find((reason) => CLOSE_REASONS[reason].text === text) ?? reasons[0]
}
