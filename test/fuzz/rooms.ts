/** What driving the app for each input would be too slow for: files, read by the rooms that read them, in their own process. */
import fc, { type RunDetails } from 'fast-check'
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

/** Shrinks what it finds to the least that still does it. @returns null where all holds */
export function tryRoom(room: Room, marks: Marks, seed: number, tries: number): string | null {
  const options = { seed, numRuns: tries }
  const told = <T extends unknown[]>(details: RunDetails<T>): string | null =>
    details.failed
      ? `${details.errorInstance instanceof Error ? (details.errorInstance.stack ?? '') : String(details.errorInstance)}\n` +
        `the least that does it (path ${details.counterexamplePath ?? '–'}): ${shown(details.counterexample)}`
      : null
  if (room === 'scenes')
    return told(
      fc.check(
        fc.property(scenes(marks), (text) => {
          const scene = answered(() => readScene(text, 'scene.yaml'))
          if (scene !== null) must(v.is(SceneSchema, scene), 'the scene can’t be told to a wall')
        }),
        options,
      ),
    )
  if (room === 'policies')
    return told(
      fc.check(
        fc.property(policies(marks), (text) => {
          const policy = answered(() => readPolicy(text, 'policy.yaml'))
          if (policy === null) return
          const highest = policy.scheme.levels.length
          for (const screen of [1, 2, 3, 64, 1000]) {
            const { ceiling, distance, diagonal } = policy.screen(screen)
            must(Number.isInteger(ceiling) && ceiling >= 0 && ceiling < highest, 'a ceiling is none')
            must(Number.isFinite(distance / diagonal) && distance > 0 && diagonal > 0, 'a size is none')
          }
          must(policy.deskCeiling >= 0 && policy.deskCeiling < highest, 'the desk’s ceiling is none')
        }),
        options,
      ),
    )
  return told(
    fc.check(
      fc.property(certificates(marks), ({ file, passphrase }) => {
        const identity = answered(() => openIdentity(file, new Secret(passphrase), 'me.p12'))
        if (identity === null) return
        must(v.is(DeskStateSchema.entries.identity, identity.facts), 'its facts can’t be told to the desk')
        must(tellable(dateProblem(identity, 'me.p12', Date.now())), 'its dates can’t be told')
        must(/^[\w-]+$/.test(inboxOf(identity.certificate)), 'its inbox is no subject')
      }),
      options,
    ),
  )
}

const shown = (input: unknown): string =>
  JSON.stringify(input, (_, value: unknown) =>
    value instanceof Uint8Array ? `base64:${Buffer.from(value).toString('base64')}` : value,
  )
