import { type ReactNode, useEffect, useSyncExternalStore } from 'react'
import { NotLoaded } from './not-loaded.js'
import type { Part } from './part.js'

export interface LaterProps<Content> {
  part: Part<Content>
  /** Where the words stand that say that it is missing: in a dialog, a pane, a page. */
  frame: (notice: ReactNode) => ReactNode
  /** Only a new start of the page can bring it. */
  isOnce?: boolean
  children: (content: Content) => ReactNode
}

/** Shows a part, in the same frame where it is there already, and nothing while it is on its way. */
export const Later = <Content,>({ part, frame, isOnce = false, children }: LaterProps<Content>) => {
  const state = useSyncExternalStore(part.subscribe, part.state)
  useEffect(() => part.load(), [part])
  switch (state.type) {
    case 'there':
      return children(state.content)
    case 'missing':
      return frame(<NotLoaded isTrying={state.isTrying} onAgain={isOnce ? undefined : part.load} />)
    default:
      return null
  }
}
