import type { Workspace } from 'kith-client'
import { aboutText } from 'kith-shared'
import { type SavedContact, vcardFile } from './vcard-file.js'

/** Everything that can be read here, what no server has included, as a file of the person's own. */
export const saveCopy = (workspace: Workspace, name: string): void => {
  const file = new Blob([vcardFile(savedContacts(workspace))], { type: 'text/vcard' })
  const url = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = url
  link.download = `${fileName(name)}.vcf`
  link.click()
  // The download has its own hold on the file by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

const savedContacts = ({ doc, contacts }: Workspace): SavedContact[] =>
  contacts.contactIds().flatMap((id) => {
    const contact = contacts.contact(id)
    if (!contact || contact.deletedAt !== null) return []
    const notes = contacts.notesOf(id).filter(({ deletedAt }) => deletedAt === null)
    return [{ contact, texts: [aboutText(doc, id).toString(), ...notes.map(({ body }) => body)] }]
  })

/** What no file system minds. */
const fileName = (name: string): string =>
  name
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60) || 'contacts'
