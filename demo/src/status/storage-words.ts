import type { StoreProblem } from 'kith-client'
import { unreachable } from 'kith-shared'

/** Why nothing gets onto this device, and what helps, for a person. */
export const storageWords = (reason: StoreProblem | undefined): { why: string; helps: string } => {
  switch (reason) {
    case 'missing':
      return {
        why: 'This window has no storage, like some private windows.',
        helps: 'Use an ordinary window.',
      }
    case 'blocked':
      return {
        why: 'The browser does not let Kith store anything.',
        helps: 'Allow this site to store data, and close Kith’s other tabs.',
      }
    case 'full':
      return {
        why: 'There is no space left on this device, or for this site.',
        helps: 'Free some space: Kith then goes on by itself.',
      }
    case 'newer':
      return {
        why: 'A newer version of Kith has stored its data here, and this page can’t read it.',
        helps: 'Reload to get that version.',
      }
    case 'slow':
      return {
        why: 'This device takes too long to store anything.',
        helps: 'Kith keeps trying.',
      }
    case 'failed':
    case undefined:
      return {
        why: 'The browser’s storage does not work.',
        helps: 'Kith keeps trying. Restarting the browser often helps.',
      }
    default:
      return unreachable(reason)
  }
}
