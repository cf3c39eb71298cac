import { useWorkspace } from 'kith-client/react'
import type { ContactId } from 'kith-shared'
import { type PointerEvent, useState } from 'react'
import { LETTERS, letterAt, startOf } from './letters.js'
import { useListState } from './list-state.js'

/** Fewer are soon scrolled through. */
const WORTH_IT = 60

export interface LetterRailProps {
  /** Brings the contact at this place of the list to its top. */
  onPlace: (at: number) => void
}

/**
 * A to Z beside a long list by name: a press or a drag along it goes there. For pointers and
 * fingers alone: keys have Home, End and the search.
 */
export const LetterRail = ({ onPlace }: LetterRailProps) => {
  const { ids, view, filter } = useListState()
  const contacts = useWorkspace()?.contacts
  const [shown, setShown] = useState<string>()
  const isByName = view === 'deleted' || filter.sort === 'name'
  if (!isByName || !contacts || ids.length < WORTH_IT) return null
  const nameOf = (id: ContactId): string => contacts.contact(id)?.name ?? ''
  const show = (event: PointerEvent<HTMLDivElement>): void => {
    const { top, height } = event.currentTarget.getBoundingClientRect()
    const letter = letterAt((event.clientY - top) / height)
    if (letter === shown) return
    setShown(letter)
    onPlace(Math.min(startOf(letter, ids, nameOf), ids.length - 1))
  }
  return (
    <div
      className="letter-rail"
      aria-hidden="true"
      data-testid="letters"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        show(event)
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) show(event)
      }}
      onPointerUp={() => setShown(undefined)}
      onPointerCancel={() => setShown(undefined)}
    >
      {LETTERS.map((letter) => (
        <span key={letter} data-shown={letter === shown ? '' : undefined}>
          {letter}
        </span>
      ))}
    </div>
  )
}
