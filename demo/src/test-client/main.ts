/**
 * The test client at `/test-client`: connects with any token, sends every kind of message and
 * shows each frame decoded. Plain TypeScript on kith-shared's codec, so that it shows what the
 * wire says and not what a client library makes of it.
 */
import { type ServerMessage, unreachable } from 'kith-shared'
import * as Y from 'yjs'
import { describeClose, describeMessage } from './describe.js'
import { type Facts, factLines, NO_FACTS, stepFacts } from './facts.js'
import { createLog } from './log.js'
import { createPeople } from './people.js'
import { createReplica, SENDS, type SendContext, sendHello } from './sends.js'
import { createInspectedSocket, type SocketEvent } from './socket.js'
import { tokenWords } from './token-words.js'

const element = <T extends HTMLElement>(id: string, kind: new () => T): T => {
  const found = document.getElementById(id)
  if (found instanceof kind) return found
  throw new TypeError(`the page has no ${kind.name} #${id}`)
}

const connectForm = element('connect', HTMLFormElement)
const presenceForm = element('presence', HTMLFormElement)
const disconnectButton = element('do-disconnect', HTMLButtonElement)
const cutButton = element('do-cut', HTMLButtonElement)
const factList = element('facts', HTMLElement)
const stateLine = element('state', HTMLElement)
const closeLine = element('last-close', HTMLElement)
const tokenLine = element('token-says', HTMLElement)
const tokenField = element('token', HTMLTextAreaElement)
const log = createLog(element('log', HTMLOListElement))
const people = createPeople(element('people', HTMLUListElement))

let facts: Facts = NO_FACTS
let snapshot: Uint8Array[] = []

/** A fetched token speaks for whoever it was fetched for: it goes when the form names another. */
let isTokenFetched = false

const entry = (form: HTMLFormElement, name: string): string => {
  const value = new FormData(form).get(name)
  return typeof value === 'string' ? value.trim() : ''
}

/** A number of the form; 0 where none is given: the server then sends all. */
const whole = (name: string): number => {
  const value = Number(entry(connectForm, name))
  return Number.isSafeInteger(value) && value > 0 ? value : 0
}

const socket = createInspectedSocket((event) => onSocket(event))
const context: SendContext = {
  socket,
  replica: createReplica(),
  token: () => entry(connectForm, 'token'),
  known: () => ({ epoch: whole('epoch'), seq: whole('seq') }),
}

const onSocket = (event: SocketEvent): void => {
  facts = stepFacts(facts, event)
  showFacts()
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
        event.message ? describeMessage(event.message, context.replica.doc) : '',
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
      log.add('received', 'text frame', event.text, new TextEncoder().encode(event.text))
      return
    case 'closed':
      if (event.isLast) {
        show('not connected')
        people.clear()
      }
      closeLine.textContent = `Last close ${describeClose(event.code, event.text)}`
      closeLine.dataset.problem = String(event.code !== 1000)
      showToken()
      log.add('state', 'closed', describeClose(event.code, event.text))
      return
    default:
      unreachable(event)
  }
}

const onReceived = ({ message, bytes }: Extract<SocketEvent, { type: 'received' }>): void => {
  if (!message) {
    log.add('received', 'unreadable', `first number ${bytes[0]}`, bytes)
    return
  }
  if (message.type === 'awareness') people.apply(message.states)
  if (message.type === 'rows') {
    for (const row of message.rows) apply(row.update)
  }
  // Once they are applied, the document tells what they overwrote.
  log.add('received', message.type, describeMessage(message, context.replica.doc), bytes)
  if (message.type === 'snapshot-chunk') applyChunk(message)
  showFacts()
}

/** What can't be applied is shown all the same: that is what somebody looks for here. */
const apply = (update: Uint8Array): void => {
  try {
    Y.applyUpdate(context.replica.doc, update, 'server')
  } catch (error) {
    log.add('state', 'not applied', String(error))
  }
}

/** A snapshot comes in chunks, in order. */
const applyChunk = ({
  offset,
  total,
  bytes,
}: Extract<ServerMessage, { type: 'snapshot-chunk' }>) => {
  if (offset === 0) snapshot = []
  snapshot.push(bytes.slice())
  if (offset + bytes.length < total) return
  const whole = new Uint8Array(total)
  let at = 0
  for (const chunk of snapshot) {
    whole.set(chunk, at)
    at += chunk.length
  }
  snapshot = []
  apply(whole)
}

const showFacts = (): void => {
  const vector = Y.decodeStateVector(Y.encodeStateVector(context.replica.doc))
  factList.replaceChildren(
    ...factLines(facts, vector).flatMap(([what, how]) => {
      const [term, value] = [document.createElement('dt'), document.createElement('dd')]
      term.textContent = what
      value.textContent = how
      value.dataset.fact = what
      return [term, value]
    }),
  )
}

const saveLog = (): void => {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([log.text()], { type: 'application/jsonl' }))
  link.download = `kith-log-${new Date().toISOString().replace(/[:.]/g, '-')}.jsonl`
  link.click()
  // The download has begun by then; a page that keeps the address keeps the bytes.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

const show = (state: 'connecting' | 'connected' | 'not connected'): void => {
  stateLine.textContent = state
  stateLine.dataset.state = state
  for (const button of [disconnectButton, cutButton]) button.disabled = state === 'not connected'
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
  showToken()
  isTokenFetched = true
  log.add('state', 'token', `development token for ${body.name} as ${body.role}`)
}

/** What is claimed by what stands in the field: beside a refusal it often says why. */
const showToken = (): void => {
  tokenLine.textContent = tokenWords(context.token(), Date.now())
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
  showToken()
}
disconnectButton.onclick = () => socket.disconnect()
cutButton.onclick = () => socket.cut()
element('export', HTMLButtonElement).onclick = saveLog
element('do-token', HTMLButtonElement).onclick = () => tryTo(fetchToken)
element('clear', HTMLButtonElement).onclick = () => log.clear()
showFacts()
show('not connected')
