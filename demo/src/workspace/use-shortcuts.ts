import { useEffect } from 'react'
import { go, type Route } from './route.js'

/** `/` searches, `n` begins a contact, Escape goes from the contact back to the list. */
export const useShortcuts = (route: Route): void => {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
      if (document.querySelector('dialog[open], [role="menu"]')) return
      if (event.key === 'Escape') leave(route)
      else if (isTyping(event.target)) return
      else if (event.key === '/') focusOn('search')
      else if (event.key === 'n') go({ view: 'new' })
      else return
      event.preventDefault()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [route])
}

/** First out of the field, then out of the contact. */
const leave = (route: Route): void => {
  const active = document.activeElement
  const wasTyping = isTyping(active)
  if (active instanceof HTMLElement) active.blur()
  if (wasTyping && route.view !== 'new') {
    focusOn('contact-list')
    return
  }
  go({ view: route.view === 'deleted' ? 'deleted' : 'contacts', contactId: undefined })
  focusOn('contact-list')
}

const focusOn = (id: string): void => document.getElementById(id)?.focus()

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches('input:not([type="checkbox"]), textarea, select'))
