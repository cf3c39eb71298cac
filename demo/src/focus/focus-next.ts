import type { MouseEvent } from 'react'

/**
 * For a press by key on a button that takes its own row away: the keys go on at the next such
 * button, at the one before it, or where another row is added. To be called while all are there.
 *
 * They are told by `data-removes` and `data-adds`, within the nearest `data-rows`. A finger or a
 * pointer needs none of it, and a field that got the focus would open a phone's keyboard.
 */
export const focusNext = ({ currentTarget, detail }: MouseEvent<HTMLElement>): void => {
  if (detail !== 0) return
  const rows = currentTarget.closest('[data-rows]')
  const buttons = [...(rows?.querySelectorAll<HTMLElement>('[data-removes]') ?? [])]
  const at = buttons.indexOf(currentTarget)
  const next = buttons[at + 1] ?? buttons[at - 1]
  const adds = rows?.querySelector<HTMLElement>('[data-adds]')
  ;(next ?? adds)?.focus()
}
