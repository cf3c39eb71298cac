import type { Workspace } from 'kith-client'
import { fileName, saveFile } from './save-file.js'
import { savedContacts } from './saved-contact.js'
import { vcardFile } from './vcard-file.js'

/** Everything that can be read here, what no server has included, as a file of the person's own. */
export const saveCopy = (workspace: Workspace, name: string): void =>
  saveFile(fileName(name, new Date(), 'vcf'), 'text/vcard', vcardFile(savedContacts(workspace)))
