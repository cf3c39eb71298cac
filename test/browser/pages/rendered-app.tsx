import {
  CursorTracker,
  PresenceIndicator,
  SyncStatus,
  TypingIndicator,
  useAbout,
  useContactIds,
  useField,
  WorkspaceProvider,
} from 'kith-client/react'
import type { ContactId } from 'kith-shared'

export interface RenderedAppProps {
  url: string
  token: string
  contact: ContactId
}

/** Everything that shows something, as a server renders it and a browser takes it over. */
export const RenderedApp = ({ url, token, contact }: RenderedAppProps) => (
  <WorkspaceProvider url={url} workspaceId="rendered" userId="ana" getToken={() => token}>
    <PresenceIndicator selfName="Ana" />
    <CursorTracker>
      <Contacts />
      <Fields contact={contact} />
    </CursorTracker>
    <TypingIndicator contactId={contact} />
    <SyncStatus data-testid="sync" />
  </WorkspaceProvider>
)

const Contacts = () => <p>{`${useContactIds().length} contacts`}</p>

const Fields = ({ contact }: { contact: ContactId }) => (
  <>
    <input aria-label="Company" {...useField(contact, 'company').props} />
    <textarea aria-label="About" {...useAbout(contact).props} />
  </>
)
