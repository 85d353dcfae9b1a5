/** What this node is before anything shows: its policy and scenes, what a person set, its words, and the wall's state. */
import { join } from 'node:path'
import { app } from 'electron'
import { live } from '../preload/contract/moment.ts'
import type { Problem } from '../preload/contract/result.ts'
import type { SigningIn } from './identity/sign-in.ts'
import { log, type Begun } from './life.ts'
import { loadPolicy } from './policy/load-policy.ts'
import { defaultSceneOf } from './policy/policy.ts'
import { learnToSay } from './run/voice.ts'
import { versionIn } from './version.ts'
import { automate } from './wall/automation.ts'
import { firstLanguage } from './wall/language.ts'
import type { Looks } from './wall/looks.ts'
import { gatherProblems, type TellProblem } from './wall/problems.ts'
import { remember } from './wall/remembered.ts'
import { loadScenes } from './wall/scenes.ts'
import { openSettings, type Settings } from './wall/settings.ts'
import { holdState, type HeldState } from './wall/hold-state.ts'
import type { ThisNode } from './wall/told.ts'

export interface OpenedNode {
  about: ThisNode
  settings: Settings
  state: HeldState
  say(problem: Problem): string
  problems: TellProblem
  /** null until it is known where somebody signs in: the windows are there before */
  signing: SigningIn | null
  /** null until there is an engine to ask other nodes with */
  looks: Looks | null
}

export async function openNode({ options, profile, out, parts }: Begun): Promise<OpenedNode> {
  const { policy, problem: policyProblem } = await loadPolicy(
    options.policy,
    join(out, 'resources', 'policy.yaml'),
    Intl.DateTimeFormat().resolvedOptions().timeZone,
  )
  const exercise = options.platform === null
  const scenario = join(out, 'resources', 'scenarios', options.exercise.scenario)
  const scenes = await loadScenes(
    {
      own: [join(out, 'resources', 'scenes'), ...(exercise ? [join(scenario, 'scenes')] : [])],
      given: options.scenes,
    },
    defaultSceneOf(1),
    policy.area,
  )
  const settings = openSettings(profile, (problem) => problems('settings', problem))
  const language = options.language ?? settings.language ?? firstLanguage(process.env)
  const say = await learnToSay(join(out, 'resources', 'translations'), language)
  for (const { problem } of scenes.list) if (problem !== null) log(say(problem))

  const state = holdState(
    {
      plan: { screens: [], desk: null },
      choosable: scenes.list.map(({ scene }) => scene),
      problem: null,
      identity: null,
      passphraseWanted: null,
      platform: options.platform?.addresses.join(', ') ?? '',
      together: 'unknown',
      mayNot: [],
      outbox: { entries: [], count: 0, full: false },
      lost: null,
      language,
      moment: live,
      blanked: settings.blanked,
      identifying: null,
      acknowledged: [],
      pointedOut: null,
      scenes: settings.scenes(),
      others: new Map(),
    },
    remember(settings),
  )
  parts.add(automate(state, policy.node, () => Date.now()))
  const problems = gatherProblems(
    (problem) => log(say(problem)),
    (problem) => state.found({ problem }),
  )
  problems('policy', policyProblem)
  problems('settings', settings.problem)

  const about: ThisNode = {
    policy,
    scenes,
    exercise,
    version: versionIn(app.getAppPath()),
    unprotected: policy.contentProtection && process.platform === 'linux',
  }
  return { about, settings, state, say, problems, signing: null, looks: null }
}
