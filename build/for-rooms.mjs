// @ts-check
// Before the tests: what those of rooms start in a process of its own is built once, not read from its sources each time.
import { bundleForRooms } from './bundle.mjs'

export default bundleForRooms
