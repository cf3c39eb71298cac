import type { CloseReason, Refusal } from 'kith-shared'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** What the running server counts, and the text that Prometheus reads. No label names a person. */
export interface Metrics {
  received(bytes: number): void
  sent(sessions: number, bytes: number): void
  committed(rows: number, seconds: number): void
  epochBegun(): void
  refused(refusal: Refusal): void
  closed(reason: CloseReason): void
  /** Entries of the audit that its queue could not hold, or its table did not take. */
  auditDropped(count: number): void
  /** Something stored was damaged, and moved to the quarantine. */
  quarantined(what: 'row' | 'document' | 'index'): void
  text(): Promise<string>
  readonly contentType: string
}

export interface Gauges {
  connections(): number
  rooms(): number
}

/**
 * How often the delay of the event loop is sampled, in milliseconds, which its figures include. Each
 * time wakes the process: 100 times a second, prom-client's default, was most of what an idle one did.
 */
const LOOP_PRECISION = 100

export const createMetrics = (gauges: Gauges): Metrics => {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_PRECISION })
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
    new Counter({ name: `kith_${name}_total`, help, labelNames, registers })
  const frames = traffic('frames', 'WebSocket frames', registers)
  const bytes = traffic('frame_bytes', 'Bytes in WebSocket frames', registers)
  const rows = counter('journal_rows', 'Rows committed to journals')
  const epochs = counter('epochs_begun', 'Epochs that began by a renewal')
  const refusals = counter('refused_changes', 'Changes that admission refused', ['reason'])
  const closes = counter('closed_connections', 'Connections that the server closed', ['reason'])
  const auditDropped = counter('audit_dropped', 'Entries of the audit that were not kept')
  const quarantined = counter('quarantined', 'Stored bytes that were found damaged', ['what'])
  const commit = new Histogram({
    name: 'kith_commit_seconds',
    help: 'From handing a batch to the journal to its commit',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers,
  })
  observe('connections', 'Open WebSocket connections', gauges.connections, registers)
  observe('rooms', 'Workspaces that are open in this process', gauges.rooms, registers)
  return {
    received: (size) => {
      frames.in++
      bytes.in += size
    },
    sent: (sessions, size) => {
      frames.out += sessions
      bytes.out += sessions * size
    },
    committed: (count, seconds) => {
      rows.inc(count)
      commit.observe(seconds)
    },
    epochBegun: () => epochs.inc(),
    refused: (reason) => refusals.inc({ reason }),
    closed: (reason) => closes.inc({ reason }),
    auditDropped: (count) => auditDropped.inc(count),
    quarantined: (what) => quarantined.inc({ what }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}

interface Traffic {
  in: number
  out: number
}

/** Counted for every frame, so in plain numbers: prom-client looks its labels up each time. */
const traffic = (name: string, help: string, registers: Registry[]): Traffic => {
  const counted: Traffic = { in: 0, out: 0 }
  new Counter({
    name: `kith_${name}_total`,
    help,
    labelNames: ['direction'],
    registers,
    collect() {
      this.reset()
      this.inc({ direction: 'in' }, counted.in)
      this.inc({ direction: 'out' }, counted.out)
    },
  })
  return counted
}

const observe = (name: string, help: string, read: () => number, registers: Registry[]): void => {
  new Gauge({
    name: `kith_${name}`,
    help,
    registers,
    collect() {
      this.set(read())
    },
  })
}
