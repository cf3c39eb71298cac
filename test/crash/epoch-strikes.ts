/** While the document of a workspace is renewed. */
import type { HeldPoint, Hold } from './held-points.js'
import { anyMoment, atPoint, type MakeStrike, PATIENCE } from './strike.js'

/** The workspace has so many client ids that its document is to be renewed at once. */
const renewing = (strike: MakeStrike): MakeStrike => {
  return (random) => ({
    ...strike(random),
    prepare: (scene) => scene.stored.crowd(scene.ledger.life),
  })
}

/** It begins soon after the server does, so it is held from before that. */
const heldRenewal = (point: HeldPoint): MakeStrike => {
  return (random) => {
    let hold: Hold | undefined
    return {
      label: point,
      prepare: async (scene) => {
        await scene.stored.crowd(scene.ledger.life)
        hold = await scene.lane.held.hold(point)
      },
      run: async (scene) => {
        const reached = await hold?.reached(AbortSignal.timeout(PATIENCE))
        await scene.kill()
        if (random() < 0.5) await hold?.rollBack()
        else await hold?.letGo()
        return reached ? 'hit' : 'missed'
      },
    }
  }
}

/** Where a document is renewed: everybody moves to the next epoch, with what they had not saved. */
export const OF_EPOCHS: readonly MakeStrike[] = [
  ...['renew', 'renew-built', 'renewed'].map((point) => renewing(atPoint(point, 1))),
  ...(['before epoch', 'after epoch', 'in commit of epoch'] as const).map(heldRenewal),
  renewing(anyMoment),
  // Whoever is led from the last epoch, with work that is not saved.
  renewing(atPoint('read-road', 1)),
]
