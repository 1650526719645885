import type { Field } from '../../engine/api/engine.ts'

/** Stars of a rating whose field names no other number; as `ratingMax` of the engine. */
const USUAL = 5

/** How many stars a rating field has. */
export const ratingMax = ({ settings }: Pick<Field, 'settings'>): number => settings.max ?? USUAL
