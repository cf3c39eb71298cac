import { useContact, useContactActions, useWorkspace } from 'kith-client/react'
import { type ContactId, mergedInto } from 'kith-shared'
import { Split } from 'lucide-react'
import { type MouseEvent, useEffect } from 'react'
import { focusListByKey } from '../focus/focus-list.js'
import { useMayWrite } from '../session/use-may-write.js'
import { shortName } from '../toast/undo-words.js'
import { useUndoable } from '../toast/use-undoable.js'
import { go, hashOf, type Route, replaceRoute } from '../workspace/route.js'

/** The contact that stands for this one; `undefined` for one that stands for itself. */
const useMergedInto = (id: ContactId | undefined): ContactId | undefined => {
  const workspace = useWorkspace()
  // What it says itself, and where that leads, since either may change.
  useContact(id, (contact) => contact.mergedInto)
  const target = id && workspace ? mergedInto(workspace.contacts, id) : undefined
  useContact(target, (contact) => contact.mergedInto)
  return target
}

/** A link to a contact that was merged leads to the one that stands for it. */
export const useFollowMerge = (route: Route): void => {
  const isContact = route.view === 'contacts'
  const target = useMergedInto(isContact ? route.contactId : undefined)
  useEffect(() => {
    if (target !== undefined) replaceRoute({ view: 'contacts', contactId: target })
  }, [target])
}

/** On a merged contact, which is found among the deleted ones: where it went, and the way back. */
export const MergedNotice = ({ contactId }: { contactId: ContactId }) => {
  const target = useMergedInto(contactId)
  const own = shortName(useContact(contactId, ({ name }) => name) ?? '')
  const other = shortName(useContact(target, ({ name }) => name) ?? '')
  const actions = useContactActions()
  const undoable = useUndoable()
  const mayWrite = useMayWrite()
  if (target === undefined) return null
  const part = (event: MouseEvent): void => {
    undoable(`${own} stands for itself again`, () =>
      actions.setField(contactId, 'mergedInto', null),
    )
    go({ view: 'contacts', contactId })
    focusListByKey(event)
  }
  return (
    <p className="notice" role="status">
      <span>
        Merged into{' '}
        <a href={hashOf({ view: 'contacts', contactId: target })}>
          <bdi>{other}</bdi>
        </a>
      </span>
      {mayWrite && (
        <button type="button" className="button" onClick={part}>
          <Split aria-hidden="true" size={15} />
          Take out again
        </button>
      )}
    </p>
  )
}
