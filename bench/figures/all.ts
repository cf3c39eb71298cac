import type { Figure } from './figure.js'
import { oldDocument, saturation } from './saturation.js'

/** In the order in which a run takes them. */
export const FIGURES: readonly Figure[] = [saturation, oldDocument]
