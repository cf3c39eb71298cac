import { useVirtualizer } from '@tanstack/react-virtual'
import type { ContactId } from 'kith-shared'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import { go, replaceRoute } from '../workspace/route.js'
import { ContactRow, rowId } from './contact-row.js'

const ROW = 60
/** Pixels above and below the rows. */
const PADDING = 6

export interface ContactListProps {
  ids: readonly ContactId[]
  view: 'contacts' | 'deleted'
  selected: ContactId | undefined
}

/** Only the rows in sight exist. One focus for the whole list; arrow keys move the selection. */
export const ContactList = ({ ids, view, selected }: ContactListProps) => {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    getItemKey: (index) => ids[index] ?? index,
    paddingStart: PADDING,
    paddingEnd: PADDING,
    overscan: 8,
  })
  const at = selected === undefined ? -1 : ids.indexOf(selected)
  // Brings what was selected into sight, but not again whenever somebody renames a contact.
  // biome-ignore lint/correctness/useExhaustiveDependencies: by the selection alone
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at)
  }, [selected])
  const onKey = (event: KeyboardEvent): void => {
    const next = targetOf(event.key, at, ids.length)
    if (event.key === 'Enter' && at >= 0) document.getElementById('contact-name')?.focus()
    else if (next === undefined) return
    else replaceRoute({ view, contactId: ids[next] })
    event.preventDefault()
  }
  return (
    <div
      className="contact-list"
      id="contact-list"
      ref={scroller}
      role="listbox"
      aria-label={view === 'deleted' ? 'Deleted contacts' : 'Contacts'}
      aria-activedescendant={at >= 0 && selected ? rowId(selected) : undefined}
      tabIndex={0}
      onKeyDown={onKey}
    >
      <div className="rows" role="presentation" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const id = ids[item.index]
          return id === undefined ? null : (
            <ContactRow
              key={item.key}
              id={id}
              top={item.start}
              index={item.index}
              count={ids.length}
              isSelected={id === selected}
              onSelect={view === 'deleted' ? selectDeleted : select}
            />
          )
        })}
      </div>
    </div>
  )
}

const select = (contactId: ContactId): void => go({ view: 'contacts', contactId })
const selectDeleted = (contactId: ContactId): void => go({ view: 'deleted', contactId })

const targetOf = (key: string, at: number, count: number): number | undefined => {
  switch (key) {
    case 'ArrowDown':
      return Math.min(at + 1, count - 1)
    case 'ArrowUp':
      return Math.max(at - 1, 0)
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return undefined
  }
}
