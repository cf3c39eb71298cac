import type { StoreProblem } from 'kith-client'
import { unreachable } from 'kith-shared'

/** Why nothing gets onto this device, and what helps, for a person. */
export const storageWords = (reason: StoreProblem | undefined): { why: string; helps: string } => {
  switch (reason) {
    case 'missing':
      return {
        why: 'This window has no storage, as some private windows.',
        helps: 'Another window has.',
      }
    case 'blocked':
      return {
        why: 'The browser does not let Kith at its storage.',
        helps: 'Allow data for this site, and close Kith’s other tabs.',
      }
    case 'full':
      return {
        why: 'There is no room left, on the disk or for this site.',
        helps: 'Make room: it goes on by itself.',
      }
    case 'newer':
      return {
        why: 'A newer version of Kith keeps its data here in a way that this page can’t read.',
        helps: 'Reload to get it.',
      }
    case 'slow':
      return {
        why: 'The device takes too long to write.',
        helps: 'It is tried again by itself.',
      }
    case 'failed':
    case undefined:
      return {
        why: 'The browser’s storage fails.',
        helps: 'It is tried again; often a restart of the browser helps.',
      }
    default:
      return unreachable(reason)
  }
}
