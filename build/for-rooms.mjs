// @ts-check
// Before any test of a room: what it starts in a process of its own is built once, not read from its sources each time.
import { bundleForRooms } from './bundle.mjs'

export default bundleForRooms
