/** The worker threads themselves, as `tsc` built them. */
import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import type { UserId } from 'kith-shared'
import { afterEach, beforeEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import { Documents } from '../../server/dist/edge/documents.js'
import { waitFor } from '../harness/wait-for.js'

const ana = { id: 'ana' as UserId, name: 'Ana' }
const NOTHING = new Uint8Array([0])

/** A document that takes a while to load: a long text, letter by letter from the back. */
const large = (letters: number): Uint8Array => {
  const doc = new Y.Doc()
  doc.transact(() => {
    const text = doc.getText('about/c1')
    for (let n = 0; n < letters; n++) text.insert(0, 'x')
  })
  return Y.encodeStateAsUpdate(doc)
}
const small = large(1)

const candidate = { update: small, author: ana.id, clients: [], texts: [], others: 0 }

let started: Worker[] = []
const onWorker = (worker: Worker) => {
  started.push(worker)
}
let documents: Documents

beforeEach(() => {
  started = []
  process.on('worker', onWorker)
  documents = new Documents(50)
})
afterEach(async () => {
  process.off('worker', onWorker)
  await documents.close()
})

test('[A5] [P7] a trial holds up neither a snapshot nor a difference', async () => {
  documents = new Documents()
  await documents.difference(NOTHING, small, [])
  await documents.tryOut(small, [], candidate)
  const ends: string[] = []
  const trial = documents.tryOut(large(300_000), [], candidate).then(() => ends.push('trial'))
  await documents.difference(NOTHING, small, []).then(() => ends.push('difference'))
  await documents.compact(undefined, [{ update: small, author: ana }])
  ends.push('snapshot')
  await trial
  expect(ends).toEqual(['difference', 'snapshot', 'trial'])
  expect(started.length).toBe(2)
})

test('a thread starts with its first job, ends when it has had none for a while, and comes again', async () => {
  expect(started.length).toBe(0)
  await documents.tryOut(small, [], candidate)
  expect(started.length).toBe(1)
  const [first] = started
  if (first) await once(first, 'exit')
  await documents.tryOut(small, [], candidate)
  expect(started.length).toBe(2)
})

test('a worker that dies fails its job alone, and what waits behind it is done', async () => {
  const dying = documents.difference(NOTHING, large(100_000), [])
  const behind = documents.difference(NOTHING, small, [])
  const failed = expect(dying).rejects.toThrow('the worker ended')
  await waitFor(() => started.length === 1)
  await started[0]?.terminate()
  await failed
  expect((await behind).length).toBeGreaterThan(10)
  expect(started.length).toBe(2)
})

test('what waits when the threads are closed fails', async () => {
  const all = [documents.difference(NOTHING, small, []), documents.tryOut(small, [], candidate)]
  const failed = Promise.all(all.map((one) => expect(one).rejects.toThrow('closed')))
  await documents.close()
  await failed
})
