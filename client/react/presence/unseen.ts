import type { CSSProperties } from 'react'

/** For screen readers alone. Inline, since it is no matter of style. */
export const UNSEEN: CSSProperties = {
  position: 'absolute',
  width: 1,
  height: 1,
  overflow: 'hidden',
  clipPath: 'inset(50%)',
  whiteSpace: 'nowrap',
}
