import { Check, Copy } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'

/** "Copied" stands this long, in milliseconds. */
const STANDS = 2_500

type Copied = 'no' | 'yes' | 'refused'

export const CopyLink = ({ url }: { url: string }) => {
  const [copied, setCopied] = useState<Copied>('no')
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (copied !== 'yes') return
    const timer = setTimeout(() => setCopied('no'), STANDS)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = (): void => {
    navigator.clipboard.writeText(url).then(
      () => setCopied('yes'),
      () => {
        // The keys still copy what is selected.
        field.current?.select()
        setCopied('refused')
      },
    )
  }
  return (
    <div className="copy-link">
      <input
        ref={field}
        readOnly
        value={url}
        aria-label="Invite link"
        onFocus={(event) => event.target.select()}
      />
      <button type="button" className="button" onClick={copy}>
        {copied === 'yes' ? (
          <Check aria-hidden="true" size={16} />
        ) : (
          <Copy aria-hidden="true" size={16} />
        )}
        {copied === 'yes' ? 'Copied' : 'Copy'}
      </button>
      <p className="small quiet" role="status">
        {copied === 'refused'
          ? 'This browser didn’t let Kith copy it: it is selected, press Ctrl+C or ⌘C.'
          : copied === 'yes'
            ? 'Copied. Send it to whoever is to come in.'
            : 'Shown only now. Anybody who has it can come in until it expires.'}
      </p>
    </div>
  )
}
