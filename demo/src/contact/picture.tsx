import { useState } from 'react'
import { pictureSrc } from './safe-href.js'

/** The contact's picture; initials where there is none or it can't be loaded, as offline. */
export const Picture = ({ url, initials }: { url: string; initials: string }) => {
  const [broken, setBroken] = useState('')
  const src = pictureSrc(url)
  return (
    <span className="monogram large" aria-hidden="true">
      {initials}
      {src !== undefined && src !== broken && (
        // Covers the initials once it is there. The picture's host learns no page address.
        <img src={src} alt="" referrerPolicy="no-referrer" onError={() => setBroken(src)} />
      )}
    </span>
  )
}
