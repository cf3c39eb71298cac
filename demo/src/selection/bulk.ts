import type { Workspace } from 'kith-client'
import type { ContactId } from 'kith-shared'

/** What is done to each of many contacts. */
export type BulkEdit =
  | { type: 'tag' | 'untag'; tag: string }
  | { type: 'favorite'; favorite: boolean }
  | { type: 'delete' }
  | { type: 'restore' }

/** Does it to all of them in one transaction: the others see it at once or not at all. */
export const editAll = (workspace: Workspace, ids: Iterable<ContactId>, edit: BulkEdit): void =>
  workspace.doc.transact(() => each(workspace, ids, edit))

const each = ({ actions }: Workspace, ids: Iterable<ContactId>, edit: BulkEdit): void => {
  for (const id of ids) {
    if (edit.type === 'tag') actions.addTag(id, edit.tag)
    else if (edit.type === 'untag') actions.removeTag(id, edit.tag)
    else if (edit.type === 'favorite') actions.setField(id, 'favorite', edit.favorite)
    else if (edit.type === 'delete') actions.deleteContact(id)
    else {
      actions.restoreContact(id)
      actions.setField(id, 'mergedInto', null)
    }
  }
}

/** `name`: whose, where it is one contact alone. */
export const bulkWords = (edit: BulkEdit, count: number, name: string | undefined): string => {
  const contacts = name ?? `${count.toLocaleString('en')} contacts`
  switch (edit.type) {
    case 'tag':
      return `Tagged ${contacts} with “${edit.tag}”`
    case 'untag':
      return `Took “${edit.tag}” off ${contacts}`
    case 'favorite':
      return edit.favorite
        ? `Added ${contacts} to favourites`
        : `Took ${contacts} off the favourites`
    case 'delete':
      return `Deleted ${contacts}`
    case 'restore':
      return `Restored ${contacts}`
  }
}
