import type { Workspace } from 'kith-client'
import { type ContactId, unreachable } from 'kith-shared'
import * as Y from 'yjs'
import { csvFile } from './csv-file.js'
import { jsonFile } from './json-file.js'
import { fileName } from './save-file.js'
import { savedContacts } from './saved-contact.js'
import { vcardFile } from './vcard-file.js'

export type ExportFormat = 'csv' | 'vcard4' | 'vcard3' | 'json' | 'yjs'

export const EXPORT_FORMATS: readonly { format: ExportFormat; title: string; words: string }[] = [
  {
    format: 'csv',
    title: 'CSV',
    words: 'For spreadsheets and Google Contacts. Formulas stay text.',
  },
  { format: 'vcard4', title: 'vCard 4.0', words: 'For address books of today' },
  { format: 'vcard3', title: 'vCard 3.0', words: 'For phones, Apple and Outlook' },
  { format: 'json', title: 'JSON', words: 'For programs' },
  {
    format: 'yjs',
    title: 'Yjs document',
    words: 'The whole workspace, deleted contacts included',
  },
]

export interface ExportedFile {
  name: string
  type: string
  content: string | Uint8Array<ArrayBuffer>
}

/** `about`: what the file is called after, and which workspace it is of. */
export const exportFile = (
  workspace: Pick<Workspace, 'doc' | 'contacts'>,
  ids: readonly ContactId[],
  format: ExportFormat,
  about: { id: string; name: string },
): ExportedFile => {
  const now = new Date()
  const named = (ending: string): string => fileName(about.name, now, ending)
  const saved = savedContacts(workspace, format === 'yjs' ? [] : ids)
  switch (format) {
    case 'csv':
      return { name: named('csv'), type: 'text/csv', content: csvFile(saved) }
    case 'vcard4':
      return { name: named('vcf'), type: 'text/vcard', content: vcardFile(saved, '4.0') }
    case 'vcard3':
      return { name: named('vcf'), type: 'text/vcard', content: vcardFile(saved, '3.0') }
    case 'json': {
      const content = jsonFile(saved, { exportedAt: now.toISOString(), workspace: about })
      return { name: named('json'), type: 'application/json', content }
    }
    case 'yjs': {
      // Into a buffer of its own: Yjs may give a part of a larger one.
      const content = new Uint8Array(Y.encodeStateAsUpdate(workspace.doc))
      return { name: named('yjs'), type: 'application/octet-stream', content }
    }
    default:
      return unreachable(format)
  }
}
