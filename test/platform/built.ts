/** What is built before the tests (`build/for-rooms.mjs`): from its sources a process would take seconds to start. */
import { join } from 'node:path'

const out = join(import.meta.dirname, '..', '..', 'out')

/** A program as it is shipped, e.g. `vigie`. */
export const program = (name: string): string => join(out, 'main', `${name}.js`)

/** A test's own child by its place below test/rooms, e.g. `main/trail/recording-child`. */
export const childProgram = (name: string): string => join(out, 'rooms', `${name}.js`)
