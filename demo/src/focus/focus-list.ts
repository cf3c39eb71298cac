/** Frames in which what was asked for has been drawn. */
const FRAMES = 6

/**
 * Where the keys go on from, once what had the focus is gone. A list that appears by the same step,
 * with its first contact or on a narrow screen, is there some frames later; one that does not show
 * takes no focus, and nothing happens.
 */
export const focusList = (): void => {
  const from = document.activeElement
  const tryIn = (frames: number): void => {
    const { activeElement, body } = document
    // Somebody was quicker: the focus is theirs.
    if (activeElement !== from && activeElement !== body) return
    const list = document.getElementById('contact-list')
    list?.focus()
    if (frames > 0 && (list === null || document.activeElement !== list)) {
      requestAnimationFrame(() => tryIn(frames - 1))
    }
  }
  tryIn(FRAMES)
}

/** For a button that takes itself away. A pointer needs no focus: where it was pressed, it is. */
export const focusListByKey = ({ detail }: { readonly detail: number }): void => {
  if (detail === 0) focusList()
}
