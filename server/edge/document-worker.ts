/** The worker thread's side: takes a job, answers with its result. Holds nothing between jobs. */
import { parentPort } from 'node:worker_threads'
import { unreachable } from 'kith-shared'
import { compact, differenceTo } from '../core/documents.js'
import { purge } from '../core/purge.js'
import { renew } from '../core/renewal.js'
import { salvage } from '../core/salvage.js'
import { tryOut } from '../core/trial.js'
import type { DocumentAnswer, DocumentJob, DocumentResult } from './document-thread.js'

const perform = (job: DocumentJob): DocumentResult => {
  switch (job.type) {
    case 'compact':
      return { type: 'compacted', compaction: compact(job.document, job.rows) }
    case 'difference':
      return {
        type: 'difference',
        update: differenceTo(job.stateVector, job.document, job.rows),
      }
    case 'try':
      return { type: 'tried', outcome: tryOut(job.document, job.rows, job.candidate) }
    case 'renew':
      return { type: 'renewed', renewal: renew(job.document, job.rows, job.clientId) }
    case 'purge':
      return { type: 'purged', purge: purge(job.closing, job.clientId) }
    case 'salvage':
      return { type: 'salvaged', salvage: salvage(job) }
    default:
      return unreachable(job)
  }
}

/** Not mapped by itself (`core/mapped-bytes.ts`), which would be read more slowly. */
const plain = (job: DocumentJob): DocumentJob =>
  'document' in job && job.document ? { ...job, document: job.document.slice() } : job

parentPort?.on('message', (job: DocumentJob) => {
  let answer: DocumentAnswer
  try {
    answer = { ok: true, result: perform(plain(job)) }
  } catch (error) {
    answer = { ok: false, message: error instanceof Error ? error.message : String(error) }
  }
  parentPort?.postMessage(answer)
})
