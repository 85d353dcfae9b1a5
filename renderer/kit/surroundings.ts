import { createContext } from 'svelte'
import type { Node } from '../../preload/contract/state.ts'
import type { Clock } from './clock.svelte.ts'
import type { Picture } from '../link/picture.svelte.ts'
import type { Speech } from '../speech/speech.ts'

/** What every part of a window finds around it. `node` is a getter of state: read it where you use it. */
export interface Surroundings {
  readonly node: Node
  readonly speech: Speech
  readonly clock: Clock
  readonly picture: Picture
  /** somebody sits before it: what a wall only shows can be zoomed, sorted and filtered here */
  readonly touched?: boolean
}

export const [surroundings, setSurroundings] = createContext<Surroundings>()
