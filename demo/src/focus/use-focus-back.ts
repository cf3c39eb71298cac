import { type RefObject, useEffect, useRef } from 'react'

/** For a button that is gone while what it asked for stands in its place: gets the focus back. */
export const useFocusBack = (isAsking: boolean): RefObject<HTMLButtonElement | null> => {
  const button = useRef<HTMLButtonElement>(null)
  const before = useRef(isAsking)
  useEffect(() => {
    if (before.current && !isAsking) button.current?.focus()
    before.current = isAsking
  }, [isAsking])
  return button
}
