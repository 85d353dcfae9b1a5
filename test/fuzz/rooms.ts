/** What driving the app for each input would be too slow for: files, read by the rooms that read them, in their own process. */
import fc, { type Arbitrary } from 'fast-check'
import * as v from 'valibot'
import { dateProblem, openIdentity } from '../../main/identity/open-identity.ts'
import { inboxOf } from '../../main/identity/inbox.ts'
import { Secret } from '../../main/identity/secret.ts'
import { readPolicy } from '../../main/policy/policy.ts'
import { readScene } from '../../main/wall/scenes.ts'
import { SceneSchema } from '../../preload/contract/scene.ts'
import { DeskStateSchema } from '../../preload/contract/state.ts'
import { ProblemSchema, type Problem, type Result } from '../../preload/contract/result.ts'
import { certificates } from './certificates.ts'
import type { Marks } from './hostile.ts'
import { policies } from './policies.ts'
import { scenes } from './scenes.ts'

export const rooms = ['scenes', 'policies', 'certificates'] as const
export type Room = (typeof rooms)[number]

/** Nothing that a person waits for at a start may take so long, on however slow a machine. */
const patience = 20_000

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what)
}

/** An answer is a value, or a problem that can be told. */
function answered<T>(act: () => Result<T>): T | null {
  const begun = Date.now()
  const answer = act()
  must(Date.now() - begun < patience, 'it took as long as nobody waits')
  if (answer.ok) return answer.value
  must(v.is(ProblemSchema, answer.error), 'the problem is none')
  return null
}

const tellable = (problem: Problem | null) => problem === null || v.is(ProblemSchema, problem)

interface Property<T> {
  made: (marks: Marks) => Arbitrary<T>
  /** @throws where it does not hold of the input */
  holds: (input: T) => void
}
const property = <T>(one: Property<T>): Property<unknown> => one as Property<unknown>

const properties: { [R in Room]: Property<unknown> } = {
  scenes: property({
    made: scenes,
    holds(text) {
      const scene = answered(() => readScene(text, 'scene.yaml'))
      if (scene !== null) must(v.is(SceneSchema, scene), 'the scene can’t be told to a wall')
    },
  }),
  policies: property({
    made: policies,
    holds(text) {
      const policy = answered(() => readPolicy(text, 'policy.yaml'))
      if (policy === null) return
      const highest = policy.scheme.levels.length
      for (const screen of [1, 2, 3, 64, 1000]) {
        const { ceiling, distance, diagonal } = policy.screen(screen)
        must(Number.isInteger(ceiling) && ceiling >= 0 && ceiling < highest, 'a ceiling is none')
        must(Number.isFinite(distance / diagonal) && distance > 0 && diagonal > 0, 'a size is none')
      }
      must(policy.deskCeiling >= 0 && policy.deskCeiling < highest, 'the desk’s ceiling is none')
    },
  }),
  certificates: property({
    made: certificates,
    holds({ file, passphrase }) {
      const identity = answered(() => openIdentity(file, new Secret(passphrase), 'me.p12'))
      if (identity === null) return
      must(v.is(DeskStateSchema.entries.identity, identity.facts), 'its facts can’t be told to the desk')
      must(tellable(dateProblem(identity, 'me.p12', Date.now())), 'its dates can’t be told')
      must(/^[\w-]+$/.test(inboxOf(identity.certificate)), 'its inbox is no subject')
    },
  }),
}

export const told = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error)

/** @returns what does not hold of this one; null: all of it */
export function wrongIn(room: Room, input: unknown): string | null {
  try {
    properties[room].holds(input)
    return null
  } catch (error) {
    return told(error)
  }
}

/** @returns the least that it could shrink what it found to; null where all holds */
export function tryRoom(
  room: Room,
  marks: Marks,
  seed: number,
  tries: number,
): { what: string; input: unknown } | null {
  const { made, holds } = properties[room]
  const details = fc.check(fc.property(made(marks), holds), { seed, numRuns: tries })
  return details.failed ? { what: told(details.errorInstance), input: details.counterexample?.[0] } : null
}
