import { useAbout } from 'kith-client/react'
import type { ContactId } from 'kith-shared'
import { EditorChip } from '../people/editor-chip.js'
import { sharedStyle } from './text-field.js'

/** The long text, which several people may write at once. */
export const About = ({ contactId, isReadOnly }: { contactId: ContactId; isReadOnly: boolean }) => {
  const about = useAbout(contactId)
  const [editor] = about.editors
  return (
    <section
      className="field about"
      data-shared={editor ? '' : undefined}
      style={editor && sharedStyle(editor.user.color)}
    >
      <label htmlFor="about">About</label>
      <span className="control">
        <textarea
          {...about.props}
          id="about"
          rows={4}
          readOnly={isReadOnly}
          placeholder={isReadOnly ? '' : 'What everybody should know'}
          aria-describedby={editor ? 'about-says' : undefined}
        />
        <EditorChip id="about-says" editors={about.editors} />
      </span>
    </section>
  )
}
