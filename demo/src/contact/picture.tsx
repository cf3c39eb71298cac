import { useState } from 'react'

/** The contact's picture; initials where there is none or it can't be loaded, as offline. */
export const Picture = ({ url, initials }: { url: string; initials: string }) => {
  const [broken, setBroken] = useState('')
  return (
    <span className="monogram large" aria-hidden="true">
      {initials}
      {url !== '' && url !== broken && (
        // Covers the initials once it is there. The picture's host learns no page address.
        <img src={url} alt="" referrerPolicy="no-referrer" onError={() => setBroken(url)} />
      )}
    </span>
  )
}
