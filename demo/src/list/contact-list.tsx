import { useVirtualizer } from '@tanstack/react-virtual'
import type { ContactId } from 'kith-shared'
import { type KeyboardEvent, useCallback, useEffect, useRef } from 'react'
import { everything, extended, NOTHING_PICKED, toggled } from '../selection/selection.js'
import { go, replaceRoute } from '../workspace/route.js'
import { ContactRow, type RowClick, rowId } from './contact-row.js'
import { LetterRail } from './letter-rail.js'
import { useListState } from './list-state.js'

const ROW = 60
/** Pixels above and below the rows. */
const PADDING = 6

/** Only the rows in sight exist. One focus for the whole list; arrow keys move through it. */
export const ContactList = ({ selected }: { selected: ContactId | undefined }) => {
  const { ids, view, selection } = useListState()
  const scroller = useRef<HTMLDivElement>(null)
  // Another function has every row measured anew.
  const getItemKey = useCallback((index: number) => ids[index] ?? index, [ids])
  const virtual = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    getItemKey,
    paddingStart: PADDING,
    paddingEnd: PADDING,
    overscan: 8,
  })
  const at = selected === undefined ? -1 : ids.indexOf(selected)
  // Brings what was selected into sight, but not again whenever somebody renames a contact.
  // biome-ignore lint/correctness/useExhaustiveDependencies: by the selection alone
  useEffect(() => {
    if (at < 0) return
    // Where it is in sight nothing moves, also if a narrow screen hides the list in this moment.
    const top = PADDING + at * ROW - (virtual.scrollOffset ?? 0)
    const isInSight = top >= 0 && top + ROW <= (virtual.scrollRect?.height ?? 0)
    if (!isInSight) virtual.scrollToIndex(at)
  }, [selected])
  const onKey = useListKeys(at, Math.max(1, Math.floor((virtual.scrollRect?.height ?? 0) / ROW)))
  const onClick = useRowClick(selected)
  return (
    <div className="list-body">
      <div
        className="contact-list"
        id="contact-list"
        ref={scroller}
        role="listbox"
        aria-label={view === 'deleted' ? 'Deleted contacts' : 'Contacts'}
        aria-multiselectable="true"
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
                isPicked={selection.picked.has(id)}
                isPicking={selection.picked.size > 0}
                onClick={onClick}
              />
            )
          })}
        </div>
      </div>
      <LetterRail onPlace={(place) => virtual.scrollToIndex(place, { align: 'start' })} />
    </div>
  )
}

/** The same function always: rows render by what they show alone. */
const useRowClick = (selected: ContactId | undefined) => {
  const state = useListState()
  const latest = useRef({ ...state, selected })
  useEffect(() => {
    latest.current = { ...state, selected }
  })
  return useCallback((id: ContactId, click: RowClick): void => {
    const { ids, view, setSelection, selected } = latest.current
    if (click === 'range') setSelection((now) => extended(now, ids, id, selected))
    else if (click === 'pick') setSelection((now) => toggled(now, id))
    else {
      setSelection(() => NOTHING_PICKED)
      go({ view, contactId: id })
    }
  }, [])
}

/** With shift, what is passed is picked. */
const useListKeys = (at: number, page: number) => {
  const { ids, view, setSelection } = useListState()
  return (event: KeyboardEvent): void => {
    if (event.altKey) return
    if (event.ctrlKey || event.metaKey) {
      if (event.key !== 'a') return
      setSelection(() => everything(ids))
      event.preventDefault()
      return
    }
    const next = targetOf(event.key, at, ids.length, page)
    const id = next === undefined ? undefined : ids[next]
    if (event.key === 'Enter' && at >= 0) document.getElementById('contact-name')?.focus()
    else if (id === undefined) return
    else {
      if (event.shiftKey) setSelection((now) => extended(now, ids, id, ids[at]))
      replaceRoute({ view, contactId: id })
    }
    event.preventDefault()
  }
}

const targetOf = (key: string, at: number, count: number, page: number): number | undefined => {
  switch (key) {
    case 'ArrowDown':
      return Math.min(at + 1, count - 1)
    case 'ArrowUp':
      return Math.max(at - 1, 0)
    case 'PageDown':
      return Math.min(at + page, count - 1)
    case 'PageUp':
      return Math.max(at - page, 0)
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return undefined
  }
}
