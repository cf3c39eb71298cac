import { useContact } from 'kith-client/react'
import type { ContactId } from 'kith-shared'
import type { ReactNode } from 'react'

export interface DuplicateGroupProps {
  ids: readonly ContactId[]
  says?: string
  testId: string
  /** What can be done about them. */
  children: ReactNode
}

/** People who may be one and the same, or not. */
export const DuplicateGroup = ({ ids, says, testId, children }: DuplicateGroupProps) => (
  <li className="duplicate-group" data-testid={testId}>
    <div className="duplicate-people">
      {ids.map((id) => (
        <Person key={id} id={id} />
      ))}
      {says && <p className="quiet small">{says}</p>}
    </div>
    <div className="buttons duplicate-acts">{children}</div>
  </li>
)

const Person = ({ id }: { id: ContactId }) => {
  const shown = useContact(id, ({ name, company, emails, phones }) => ({
    name: name.slice(0, 200) || 'No name',
    detail: [company, emails[0]?.value, phones[0]?.value].filter(Boolean).join(' · ').slice(0, 300),
  }))
  return (
    <p className="duplicate-person">
      <bdi>{shown?.name}</bdi>
      <bdi className="quiet small">{shown?.detail}</bdi>
    </p>
  )
}
