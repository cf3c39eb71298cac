import { element, entry } from './page.js'
import { tokenWords } from './token-words.js'

/** Where to connect, as whom, and what to say of oneself. */
export interface ConnectForm {
  token(): string
  /** What the hello says that is held already; nothing given, the server sends all. */
  known(): { epoch: number; seq: number }
  /** Whether a hello follows the opening by itself. */
  saysHello(): boolean
  /** Says beside the token, as of now, what it claims: with a refusal that is often why. */
  showToken(): void
  /** Of the WebSocket, with the token where the form says so. */
  address(): string
  /**
   * Puts a development token for who the form names into its field, and tells for whom it is.
   *
   * @throws Error where the server gives none
   */
  fetchToken(): Promise<string>
}

export const createConnectForm = (onSubmit: () => void): ConnectForm => {
  const form = element('connect', HTMLFormElement)
  const tokenField = element('token', HTMLTextAreaElement)
  const tokenLine = element('token-says', HTMLElement)
  /** A fetched token speaks for whoever it was fetched for: it goes when the form names another. */
  let isTokenFetched = false
  const whole = (name: string): number => {
    const value = Number(entry(form, name))
    return Number.isSafeInteger(value) && value > 0 ? value : 0
  }
  const showToken = (): void => {
    tokenLine.textContent = tokenWords(entry(form, 'token'), Date.now())
  }
  form.onsubmit = (event) => {
    event.preventDefault()
    onSubmit()
  }
  form.oninput = ({ target }) => {
    const isBox = target instanceof HTMLInputElement && target.type === 'checkbox'
    if (target === tokenField) isTokenFetched = false
    else if (isTokenFetched && !isBox) tokenField.value = ''
    showToken()
  }
  return {
    showToken,
    token: () => entry(form, 'token'),
    known: () => ({ epoch: whole('epoch'), seq: whole('seq') }),
    saysHello: () => entry(form, 'hello') === 'on',
    address: () => {
      const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
      const workspace = encodeURIComponent(entry(form, 'workspace'))
      const isInQuery = entry(form, 'query') === 'on'
      const query = isInQuery ? `?token=${encodeURIComponent(entry(form, 'token'))}` : ''
      return `${scheme}://${location.host}/ws/workspace/${workspace}${query}`
    },
    fetchToken: async () => {
      const who = {
        userId: entry(form, 'userId'),
        name: entry(form, 'name'),
        workspaceId: entry(form, 'workspace'),
        role: entry(form, 'role'),
      }
      tokenField.value = await developmentToken(who)
      showToken()
      isTokenFetched = true
      return `${who.name} as ${who.role}`
    },
  }
}

const developmentToken = async (who: object): Promise<string> => {
  const response = await fetch('/dev/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(who),
  })
  const answer: unknown = await response.json().catch(() => undefined)
  const token = typeof answer === 'object' && answer && 'token' in answer ? answer.token : undefined
  if (response.ok && typeof token === 'string') return token
  throw new Error(`no development token: HTTP ${response.status}`)
}
