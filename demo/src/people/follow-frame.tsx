import { sharedStyle } from '../contact/text-field.js'

interface FollowFrameProps {
  name: string
  color: string
  onStop: () => void
}

/** A thin frame around the whole app, in the colour of whom I follow, that says so in words. */
export const FollowFrame = ({ name, color, onStop }: FollowFrameProps) => (
  <div className="follow-frame" data-testid="following" style={sharedStyle(color)}>
    {/* A touch screen has no Escape. */}
    <button type="button" data-follows="" onClick={onStop}>
      Following {name} <span className="follow-stop by-key">· Esc to stop</span>
      <span className="follow-stop by-touch">· tap to stop</span>
    </button>
  </div>
)
