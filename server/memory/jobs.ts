/** What a room has done by others, done in memory: reads, commits, snapshots, trials, epochs. */
import { type ClientId, UpdateScanner, unreachable, type WorkspaceId } from 'kith-shared'
import { compact, differenceTo } from '../core/documents.js'
import { renew } from '../core/renewal.js'
import type { RoomEffect, RoomEvent } from '../core/room-events.js'
import { type RoomState, roomStateOf } from '../core/room-state.js'
import { tryOut } from '../core/trial.js'
import type { MemoryJournal } from './memory-journal.js'

/** What takes its time; everything else a room does concerns sockets. */
export type Job = Exclude<
  RoomEffect,
  { type: 'send' | 'close' | 'pause' | 'resume' | 'when-drained' | 'refused' }
>

const scanner = new UpdateScanner()

export interface JobsParts {
  workspaceId: WorkspaceId
  journal: MemoryJournal
  name: () => string
  now: () => number
  newClientId: () => ClientId
}

export class Jobs {
  readonly #parts: JobsParts

  constructor(parts: JobsParts) {
    this.#parts = parts
  }

  load(owned?: readonly ClientId[]): RoomState {
    const { journal, workspaceId, name } = this.#parts
    const state = roomStateOf(workspaceId, journal.load(name(), owned), scanner)
    if (!state) throw new Error('what was committed does not load')
    return state
  }

  /** Does it, and gives what the room is told then. */
  perform(job: Job): RoomEvent {
    const { journal, now } = this.#parts
    switch (job.type) {
      case 'commit': {
        const outcome = journal.commit(job.batch, now())
        if (outcome.outcome === 'away') throw new Error('a journal in memory is there')
        return { type: 'commit-done', outcome }
      }
      case 'reload':
        return { type: 'reloaded', state: this.load(job.owned) }
      case 'read-rows':
        return { type: 'rows-read', session: job.session, rows: journal.rowsAfter(job.after) }
      case 'read-snapshot':
        return {
          type: 'snapshot-read',
          session: job.session,
          snapshot: journal.stateThrough(journal.head).state,
        }
      case 'read-difference':
        return this.#difference(job)
      case 'snapshot-due':
        return this.#snapshot(job.through)
      case 'trial': {
        const { state, rows } = journal.stateThrough(job.through)
        const outcome = tryOut(state?.document, rows, job.candidate)
        return { type: 'trial-done', id: job.id, outcome }
      }
      case 'renew':
        return this.renew()
      case 'read-road': {
        const steps = journal.road(job.from)
        return { type: 'road-read', session: job.session, road: { outcome: 'road', steps } }
      }
      case 'find-earlier-ids': {
        const clientIds = journal.earlierIds(job.clientIds)
        return { type: 'earlier-ids', session: job.session, clientIds }
      }
      default:
        return unreachable(job)
    }
  }

  /** The next epoch begins with the values of this one. */
  renew(): Extract<RoomEvent, { type: 'renewed' }> {
    const { journal, newClientId } = this.#parts
    const { state, rows } = journal.stateThrough(journal.head)
    const renewal = renew(state?.document, rows, newClientId())
    if (!renewal) throw new Error('an epoch could not be made of what is committed')
    journal.begin(renewal)
    return { type: 'renewed', outcome: 'begun' }
  }

  #snapshot(through: number): RoomEvent {
    const { journal } = this.#parts
    const { state, rows } = journal.stateThrough(through)
    const made = compact(state?.document, rows)
    if (!made) throw new Error('a snapshot could not be made of what is committed')
    const { document, index, steps, size } = made
    journal.keepState({ epoch: journal.epoch, seq: through, document, index })
    const documentBytes = document.length
    return { type: 'snapshot-done', seq: through, steps, documentBytes, size }
  }

  #difference(job: Extract<Job, { type: 'read-difference' }>): RoomEvent {
    const { journal } = this.#parts
    const { state, rows } = journal.stateThrough(job.through)
    const update = differenceTo(job.stateVector, state?.document, rows)
    const { epoch } = journal
    return { type: 'difference-ready', session: job.session, epoch, seq: job.through, update }
  }
}
