import { useContact } from 'kith-client/react'
import type { Contact, ContactId } from 'kith-shared'
import { Copy, Mail, Phone } from 'lucide-react'
import type { ReactNode } from 'react'
import { useToast } from '../toast/toast.js'
import { mailHref, phoneHref } from './safe-href.js'

/** The first address and number, to be used at once. */
export const QuickWays = ({ contactId }: { contactId: ContactId }) => {
  const ways = useContact(contactId, firstWays)
  const email = ways?.email ?? ''
  const phone = ways?.phone ?? ''
  return (
    <div className="quick-ways">
      {email !== '' && (
        <Way
          value={email}
          href={mailHref(email)}
          icon={<Mail aria-hidden="true" size={14} />}
          verb="Write to"
          name="email"
        />
      )}
      {phone !== '' && (
        <Way
          value={phone}
          href={phoneHref(phone)}
          icon={<Phone aria-hidden="true" size={14} />}
          verb="Call"
          name="phone"
        />
      )}
    </div>
  )
}

const firstWays = ({ emails, phones }: Contact) => ({
  email: emails.find(({ value }) => value.trim() !== '')?.value.trim(),
  phone: phones.find(({ value }) => value.trim() !== '')?.value.trim(),
})

interface WayProps {
  value: string
  href: string | undefined
  icon: ReactNode
  verb: string
  name: string
}

const Way = ({ value, href, icon, verb, name }: WayProps) => {
  const toast = useToast()
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(value)
      toast({ text: `Copied the ${name}` })
    } catch {
      toast({ text: 'This browser didn’t let Kith copy it' })
    }
  }
  return (
    <span className="quick-way">
      {/* What is no address stays text: see safe-href.ts. */}
      {href === undefined ? (
        <span>{value}</span>
      ) : (
        <a href={href} aria-label={`${verb} ${value}`}>
          {icon}
          <span>{value}</span>
        </a>
      )}
      <button
        type="button"
        className="icon-button small"
        aria-label={`Copy ${name}`}
        title={`Copy ${name}`}
        onClick={() => void copy()}
      >
        <Copy aria-hidden="true" size={14} />
      </button>
    </span>
  )
}
