import { type ContactId, isContactId } from 'kith-shared'

export const contactId = (text: string): ContactId => {
  if (isContactId(text)) return text
  throw new Error(`not a contact id: ${text}`)
}
