/**
 * The test client at `/test-client`: connects with any token, sends every kind of message and
 * shows each frame decoded. Plain TypeScript on kith-shared's codec, so that it shows what the
 * wire says and not what a client library makes of it.
 */
import { unreachable } from 'kith-shared'
import * as Y from 'yjs'
import { describeClose, describeMessage } from './describe.js'
import { createLog } from './log.js'
import { createPeople } from './people.js'
import { createReplica, SENDS, type SendContext, sendHello } from './sends.js'
import { createInspectedSocket, type SocketEvent } from './socket.js'

const element = <T extends HTMLElement>(id: string, kind: new () => T): T => {
  const found = document.getElementById(id)
  if (found instanceof kind) return found
  throw new TypeError(`the page has no ${kind.name} #${id}`)
}

const connectForm = element('connect', HTMLFormElement)
const presenceForm = element('presence', HTMLFormElement)
const disconnectButton = element('do-disconnect', HTMLButtonElement)
const stateLine = element('state', HTMLElement)
const closeLine = element('last-close', HTMLElement)
const tokenField = element('token', HTMLTextAreaElement)
const log = createLog(element('log', HTMLOListElement))
const people = createPeople(element('people', HTMLUListElement))

/** A fetched token speaks for whoever it was fetched for: it goes when the form names another. */
let isTokenFetched = false

const entry = (form: HTMLFormElement, name: string): string => {
  const value = new FormData(form).get(name)
  return typeof value === 'string' ? value.trim() : ''
}

const socket = createInspectedSocket((event) => onSocket(event))
const context: SendContext = {
  socket,
  replica: createReplica(),
  token: () => entry(connectForm, 'token'),
}

const onSocket = (event: SocketEvent): void => {
  switch (event.type) {
    case 'opening':
      show('connecting')
      log.add('state', 'connecting', event.address)
      return
    case 'open':
      show('connected')
      log.add('state', 'open', '')
      if (entry(connectForm, 'hello') === 'on') sendHello(context)
      return
    case 'sent':
      log.add(
        'sent',
        event.message?.type ?? 'unknown',
        event.message ? describeMessage(event.message) : '',
        event.bytes,
      )
      return
    case 'sent-raw':
      log.add('sent', event.what, '', event.bytes)
      return
    case 'received':
      onReceived(event)
      return
    case 'received-text':
      log.add('received', 'text frame', event.text)
      return
    case 'closed':
      if (event.isLast) {
        show('not connected')
        people.clear()
      }
      closeLine.textContent = `Last close ${describeClose(event.code, event.text)}`
      log.add('state', 'closed', describeClose(event.code, event.text))
      return
    default:
      unreachable(event)
  }
}

const onReceived = ({ message, bytes }: Extract<SocketEvent, { type: 'received' }>): void => {
  if (!message) {
    log.add('received', 'unreadable', `first number ${bytes[0]}`, bytes.length)
    return
  }
  log.add('received', message.type, describeMessage(message), bytes.length)
  if (message.type === 'awareness') people.apply(message.states)
  if (message.type === 'rows') {
    for (const row of message.rows) Y.applyUpdate(context.replica.doc, row.update, 'server')
  }
}

const show = (state: 'connecting' | 'connected' | 'not connected'): void => {
  stateLine.textContent = state
  stateLine.dataset.state = state
  disconnectButton.disabled = state === 'not connected'
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-needs-socket]')) {
    button.disabled = state !== 'connected'
  }
}

const fetchToken = async (): Promise<void> => {
  const body = {
    userId: entry(connectForm, 'userId'),
    name: entry(connectForm, 'name'),
    workspaceId: entry(connectForm, 'workspace'),
    role: entry(connectForm, 'role'),
  }
  const response = await fetch('/dev/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const answer: unknown = await response.json().catch(() => undefined)
  const token = typeof answer === 'object' && answer && 'token' in answer ? answer.token : undefined
  if (!response.ok || typeof token !== 'string') {
    throw new Error(`no development token: HTTP ${response.status}`)
  }
  tokenField.value = token
  isTokenFetched = true
  log.add('state', 'token', `development token for ${body.name} as ${body.role}`)
}

const tryTo = (act: () => Promise<void>): void => {
  act().catch((error: unknown) => log.add('state', 'failed', String(error)))
}

const connect = async (): Promise<void> => {
  if (context.token() === '') await fetchToken()
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  const workspace = encodeURIComponent(entry(connectForm, 'workspace'))
  const query = entry(connectForm, 'query') === 'on'
  const parameters = query ? `?token=${encodeURIComponent(context.token())}` : ''
  context.replica.doc.destroy()
  context.replica = createReplica()
  socket.connect(`${scheme}://${location.host}/ws/workspace/${workspace}${parameters}`)
}

const sendPresence = (): void => {
  const contactId = entry(presenceForm, 'contactId')
  const state = {
    status: entry(presenceForm, 'status'),
    editing: contactId === '' ? null : { contactId, field: entry(presenceForm, 'field') },
    typing: entry(presenceForm, 'typing') === 'on',
  }
  const { replica } = context
  replica.clock++
  const { clientID: clientId } = replica.doc
  socket.send({
    type: 'awareness',
    states: [{ clientId, clock: replica.clock, json: JSON.stringify(state) }],
  })
}

const sends = element('sends', HTMLElement)
for (const { name, send } of SENDS) {
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = name
  button.dataset.needsSocket = ''
  button.onclick = () => send(context)
  sends.append(button)
}
presenceForm.querySelector('button')?.setAttribute('data-needs-socket', '')

connectForm.onsubmit = (event) => {
  event.preventDefault()
  tryTo(connect)
}
presenceForm.onsubmit = (event) => {
  event.preventDefault()
  sendPresence()
}
connectForm.oninput = ({ target }) => {
  if (target === tokenField) isTokenFetched = false
  else if (isTokenFetched && !(target instanceof HTMLInputElement && target.type === 'checkbox')) {
    tokenField.value = ''
  }
}
disconnectButton.onclick = () => socket.disconnect()
element('do-token', HTMLButtonElement).onclick = () => tryTo(fetchToken)
element('clear', HTMLButtonElement).onclick = () => log.clear()
show('not connected')
