import { acknowledgement } from './acknowledgement.js'
import { crowd } from './crowd.js'
import type { Figure } from './figure.js'
import { coldJoin, reconnect, warmJoin } from './joining.js'
import {
  idleConnection,
  openWorkspace1000,
  openWorkspace5000,
  openWorkspace20000,
} from './memory.js'
import { presence30, presence100, presence500 } from './presence.js'
import { oldDocument, saturation } from './saturation.js'
import { storm } from './storm.js'

/** In the order in which a run takes them. */
export const FIGURES: readonly Figure[] = [
  saturation,
  oldDocument,
  presence30,
  presence100,
  presence500,
  idleConnection,
  openWorkspace1000,
  openWorkspace5000,
  openWorkspace20000,
  warmJoin,
  coldJoin,
  reconnect,
  acknowledgement,
  storm,
  crowd,
]
