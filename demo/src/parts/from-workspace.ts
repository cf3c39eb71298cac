/** Named here and not in `parts.ts`: so the build knows that what they share is there already. */
import { part } from './parts.js'

/** Import and export. */
export const filesPart = part('files-part', () => import('../import/files-part.js'))
/** The dialogs about people and about the workspace itself. */
export const peoplePart = part('people-part', () => import('../members/people-part.js'))
export const duplicatesPart = part(
  'duplicates-part',
  () => import('../duplicates/duplicates-part.js'),
)
