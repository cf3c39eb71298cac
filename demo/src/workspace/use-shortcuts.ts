import type { ContactId } from 'kith-shared'
import { useEffect } from 'react'
import { focusList } from '../focus/focus-list.js'
import { type ListState, useListState } from '../list/list-state.js'
import { NOTHING_PICKED, toggled } from '../selection/selection.js'
import { useBulk } from '../selection/use-bulk.js'
import { useWhyReadOnly } from '../session/use-may-write.js'
import { useToast } from '../toast/toast.js'
import { contactIn, go, type Route, replaceRoute } from './route.js'

export interface ShortcutsProps {
  route: Route
  onPalette: () => void
  onHelp: () => void
}

/** The keys of the whole page, as `KEYS` tells them. Shows nothing. */
export const Shortcuts = (props: ShortcutsProps) => {
  const list = useListState()
  const bulk = useBulk()
  const whyReadOnly = useWhyReadOnly()
  const toast = useToast()
  useEffect(() => {
    const remove = (): void => {
      const { route } = props
      const open = contactIn(route)
      const ids = list.selection.picked.size > 0 ? list.selection.picked : new Set(open && [open])
      if (list.view === 'deleted' || ids.size === 0) return
      bulk(ids, { type: 'delete' })
      if (!open || !ids.has(open)) return
      go({ view: 'contacts', contactId: undefined })
      focusList()
    }
    /** Who can't is told so. */
    const writing = (act: () => void) => (): void => {
      if (whyReadOnly) toast({ text: whyReadOnly })
      else act()
    }
    const writes = { create: writing(() => go({ view: 'new' })), remove: writing(remove) }
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing || event.altKey) return
      if (document.querySelector('dialog[open], [role="menu"], [data-panel]')) return
      const act = actOf(event, props, list, writes)
      if (!act) return
      event.preventDefault()
      act()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [props, list, bulk, whyReadOnly, toast])
  return null
}

type Act = (() => void) | undefined

interface Writes {
  create: () => void
  remove: () => void
}

const actOf = (
  event: KeyboardEvent,
  props: ShortcutsProps,
  list: ListState,
  writes: Writes,
): Act => {
  if (event.ctrlKey || event.metaKey) {
    return event.key.toLowerCase() === 'k' && !event.shiftKey ? props.onPalette : undefined
  }
  if (event.key === 'Escape') return () => leave(props.route, list)
  if (isTyping(event.target)) return undefined
  return keyAct(event.key, props, list, writes)
}

const keyAct = (key: string, props: ShortcutsProps, list: ListState, writes: Writes): Act => {
  const { route, onHelp } = props
  const open = contactIn(route)
  switch (key) {
    case '/':
      return () => focusOn('search')
    case 'n':
      return writes.create
    case '?':
      return onHelp
    case 'j':
      return () => move(list, open, 1)
    case 'k':
      return () => move(list, open, -1)
    case 'e':
      return open && (() => focusOn('contact-name'))
    case 'x':
      return open && (() => list.setSelection((now) => toggled(now, open)))
    case 'Delete':
      return writes.remove
    default:
      return undefined
  }
}

const move = ({ ids, view }: ListState, from: ContactId | undefined, step: number): void => {
  const at = from === undefined ? -1 : ids.indexOf(from)
  const next = at === -1 ? 0 : Math.min(Math.max(at + step, 0), ids.length - 1)
  const contactId = ids[next]
  if (contactId === undefined) return
  replaceRoute({ view, contactId })
  focusList()
}

/** First out of the field, then out of what is picked, then out of the contact. */
const leave = (route: Route, list: ListState): void => {
  const active = document.activeElement
  const wasTyping = isTyping(active)
  if (active instanceof HTMLElement) active.blur()
  if (wasTyping && 'contactId' in route) {
    focusList()
    return
  }
  if (list.selection.picked.size > 0) list.setSelection(() => NOTHING_PICKED)
  else go({ view: route.view === 'deleted' ? 'deleted' : 'contacts', contactId: undefined })
  focusList()
}

const focusOn = (id: string): void => document.getElementById(id)?.focus()

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches('input:not([type="checkbox"]), textarea, select'))
