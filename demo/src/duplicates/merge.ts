import type { Workspace } from 'kith-client'
import { aboutText, type ContactId } from 'kith-shared'
import { joinedText, type MergePlan } from './plan-merge.js'

/** Does it in one transaction: others see all of the merge, or nothing. Throws as actions do. */
export const merge = (workspace: Workspace, plan: MergePlan): void => {
  const { into, from, changes, entries, tags } = plan
  const { actions, contacts } = workspace
  workspace.doc.transact(() => {
    actions.updateContact(into, changes)
    for (const { list, entry } of entries) actions.setEntry(into, list, entry)
    for (const tag of tags) actions.addTag(into, tag)
    appendAbouts(workspace, into, from)
    for (const id of from) {
      for (const note of contacts.notesOf(id)) actions.moveNote(note.id, into)
      actions.setField(id, 'mergedInto', into)
    }
  })
}

/** Only adds at the end: what others write in the text meanwhile stays where it is. */
const appendAbouts = ({ doc }: Workspace, into: ContactId, from: readonly ContactId[]): void => {
  const text = aboutText(doc, into)
  const before = text.toString()
  const after = joinedText([before, ...from.map((id) => aboutText(doc, id).toString())])
  if (before.trim() === '') {
    text.delete(0, before.length)
    text.insert(0, after)
  } else text.insert(before.length, after.slice(before.length))
}
