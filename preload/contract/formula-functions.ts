import { aggregates, combinations } from './formula.ts'

/** What a formula's field offers to write. Apart from what reads it: a window has no use for the library. */
export const formulaFunctions = [...aggregates, ...combinations] as const
