/**
 * The test client at `/test-client`: connects with any token, sends every kind of message and
 * shows each frame decoded. Plain TypeScript on kith-shared's codec, so that it shows what the
 * wire says and not what a client library makes of it.
 */
import { unreachable } from 'kith-shared'
import * as Y from 'yjs'
import { createConnectForm } from './connect-form.js'
import { describeClose, describeMessage } from './describe.js'
import { createDocumentFeed } from './document-feed.js'
import { type Facts, factLines, NO_FACTS, stepFacts } from './facts.js'
import { createLog } from './log.js'
import { element, entry } from './page.js'
import { createPeople } from './people.js'
import { createReplica, SENDS, type SendContext, sendHello } from './sends.js'
import { createInspectedSocket, type SocketEvent } from './socket.js'

const presenceForm = element('presence', HTMLFormElement)
const disconnectButton = element('do-disconnect', HTMLButtonElement)
const cutButton = element('do-cut', HTMLButtonElement)
const factList = element('facts', HTMLElement)
const stateLine = element('state', HTMLElement)
const closeLine = element('last-close', HTMLElement)
const log = createLog(element('log', HTMLOListElement))
const people = createPeople(element('people', HTMLUListElement))

let facts: Facts = NO_FACTS
const feed = createDocumentFeed((update) => apply(update))

const form = createConnectForm(() => tryTo(connect))
const socket = createInspectedSocket((event) => onSocket(event))
const context: SendContext = {
  socket,
  replica: createReplica(),
  token: form.token,
  known: form.known,
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
      if (form.saysHello()) sendHello(context)
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
      form.showToken()
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
  if (message.type === 'rows') feed(message)
  // Once they are applied, the document tells what they overwrote.
  log.add('received', message.type, describeMessage(message, context.replica.doc), bytes)
  if (message.type === 'snapshot-chunk') feed(message)
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

const tryTo = (act: () => Promise<void>): void => {
  act().catch((error: unknown) => log.add('state', 'failed', String(error)))
}

const fetchToken = async (): Promise<void> => {
  log.add('state', 'token', `development token for ${await form.fetchToken()}`)
}

const connect = async (): Promise<void> => {
  if (form.token() === '') await fetchToken()
  context.replica.doc.destroy()
  context.replica = createReplica()
  socket.connect(form.address())
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

presenceForm.onsubmit = (event) => {
  event.preventDefault()
  sendPresence()
}
disconnectButton.onclick = () => socket.disconnect()
cutButton.onclick = () => socket.cut()
element('export', HTMLButtonElement).onclick = saveLog
element('do-token', HTMLButtonElement).onclick = () => tryTo(fetchToken)
element('clear', HTMLButtonElement).onclick = () => log.clear()
showFacts()
show('not connected')
