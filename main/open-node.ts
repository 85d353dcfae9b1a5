/** What this node is before anything shows: its policy and scenes, what a person set, its words, and the wall's state. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { app } from 'electron'
import type { HealthFacts } from '../preload/contract/health.ts'
import { live } from '../preload/contract/moment.ts'
import { createPace, createSampling } from '../preload/contract/pace.ts'
import { tokenOf, wallEntity } from '../preload/contract/place.ts'
import type { Problem } from '../preload/contract/result.ts'
import { isExercise } from './command-line.ts'
import type { EngineProcess } from './engine-process.ts'
import type { CardSigningIn } from './identity/card/sign-in.ts'
import { nothingTrusted } from '../preload/contract/trust.ts'
import type { Signatory } from './identity/signatory.ts'
import type { SigningIn } from './identity/sign-in.ts'
import type { Trust } from './identity/trust/trust.ts'
import { log, type Begun } from './life.ts'
import { openPolicy } from './open-policy.ts'
import type { HeldPolicy } from './policy/hold-policy.ts'
import { defaultSceneOf, deskLevelOf, placeOf } from './policy/policy.ts'
import { recordActs } from './record-acts.ts'
import { recordSearches } from './record-searches.ts'
import { learnToSay } from './run/voice.ts'
import type { TrailOutlet } from './trail/forwarding.ts'
import { keepReports, keptFolder, type KeptReports } from './report/desk/kept.ts'
import { compileDataSchema } from './engine/check/dataschema.ts'
import { createTrail, type Trail } from './trail/trail.ts'
import { versionIn } from './version.ts'
import { createActing, type Acting, type Outlet } from './wall/acting.ts'
import { authorOf } from './wall/author.ts'
import { automate, deliverLines } from './wall/automation.ts'
import { firstLanguage } from './wall/language.ts'
import { keepPresence } from './wall/presence.ts'
import type { Looks } from './wall/looks.ts'
import { gatherProblems, type TellProblem } from './wall/problems.ts'
import { recall, remember } from './wall/remembered.ts'
import { mayEnterLines } from './wall/requirements.ts'
import { createBoards, loadTemplates, type Boards } from './wall/boards.ts'
import { loadScenes } from './wall/scenes.ts'
import { openSettings, type Settings } from './wall/settings.ts'
import { rostersIn } from './wall/rosters.ts'
import { holdShared, type HeldShared } from './wall/shared.ts'
import { createDeliveries, type Deliveries, type DeliveriesOutlet } from './wall/deliveries.ts'
import { createForms, loadForms, type Forms } from './wall/forms.ts'
import { createLines, type Lines, type LinesOutlet } from './wall/lines.ts'
import { createSharing, type SharedOutlet, type Sharing } from './wall/sharing.ts'
import { holdState, type HeldState } from './wall/hold-state.ts'
import { tellDesk, type ThisNode } from './wall/told.ts'

export interface OpenedNode {
  about: ThisNode
  policy: HeldPolicy
  settings: Settings
  state: HeldState
  acting: Acting
  /** where what is done here goes to the others; null until there is an engine */
  outlet: Outlet | null
  /** what people share */
  shared: HeldShared
  sharing: Sharing
  /** scenes that are being composed here */
  boards: Boards
  /** where that goes which is saved for everybody; null until there is an engine */
  sharedOutlet: SharedOutlet | null
  /** lines of the log that are entered here */
  lines: Lines
  /** where they go; null until there is an engine */
  linesOutlet: LinesOutlet | null
  /** forms, and what is entered with them */
  forms: Forms
  /** files that leave this node: documents, and syntheses that are released */
  deliveries: Deliveries
  /** rows of a product, for a file that leaves; null until there is an engine */
  rows: EngineProcess['rows'] | null
  /** where they go; null until there is an engine */
  deliveriesOutlet: DeliveriesOutlet | null
  /** what this node released, as it was signed */
  kept: KeptReports
  /** who signs what is released, and how they prove that it is them; null: nobody is signed in */
  signatory: Signatory | null
  /** who did what */
  trail: Trail
  /** where that goes; null until there is an engine */
  trailOutlet: TrailOutlet | null
  /** somebody at the desk searches for this, as they type it */
  searched(text: string): void
  say(problem: Problem): string
  problems: TellProblem
  /** null until it is known where somebody signs in: the windows are there before */
  signing: SigningIn | null
  /** null: nobody signs in with a card */
  card: CardSigningIn | null
  /** an engine is ready, and the card's line has to lead to it; null: there is no such line */
  line: (() => void) | null
  /** null until somebody signs in */
  trust: Trust | null
  /** null until there is an engine to ask other nodes with */
  looks: Looks | null
  /** what keeps the link to the platform from being live; null: nothing does, or it is tried just now for the first time */
  linkProblem: Problem | null
  /** how we stand with the platform, and how far its clock is ahead of ours, ms; null: nobody can say */
  platform: (() => Promise<Pick<HealthFacts, 'contact' | 'skew'>>) | null
}

export async function openNode(begun: Begun): Promise<OpenedNode> {
  const { options, profile, out, parts } = begun
  const exercise = isExercise(options)
  let policyProblem: Problem | null = null
  let tellPolicyProblem = (problem: Problem | null): void => void (policyProblem = problem)
  const held = await openPolicy(begun, exercise, (problem) => tellPolicyProblem(problem))
  const level = (): string => deskLevelOf(held.now())
  /** as it was when this node started: who and where it is does not change while it runs */
  const policy = held.now()
  const chain = createTrail({
    // an exercise's is thrown away with its cache, and so begins with each
    folder: exercise ? join(profile, 'exercise') : profile,
    fresh: exercise,
    node: policy.node,
    token: tokenOf(policy.node),
    now: () => Date.now(),
    problem: (problem) => problems('trail', problem),
    log,
    stamp: () => held.now().timestamp,
    outlet: () => node.trailOutlet,
  })
  const searches = recordSearches(chain.record, level, () =>
    authorOf(state.now(), held.now(), policy.node, null),
  )
  const trail: Trail = {
    ...chain,
    end() {
      searches.flush()
      return chain.end()
    },
  }
  const kept = keepReports(keptFolder(exercise ? join(profile, 'exercise') : profile), (why) => log(why))
  parts.add({ dispose: () => kept.close() })
  parts.add({ dispose: () => trail.end().then(trail.dispose) })
  const scenario = join(out, 'resources', 'scenarios', options.exercise.scenario)
  const ownForms = await loadForms(join(out, 'resources', 'forms'))
  const scenes = await loadScenes(
    {
      own: [join(out, 'resources', 'scenes'), ...(exercise ? [join(scenario, 'scenes')] : [])],
      given: options.scenes,
    },
    defaultSceneOf(1),
    () => held.now().area,
  )
  const boards = createBoards({
    ...{ policy: held.now, scenes, now: () => Date.now() },
    templates: await loadTemplates(join(out, 'resources', 'templates')),
  })
  const settings = openSettings(profile, (problem) => problems('settings', problem))
  const language = options.language ?? settings.language ?? policy.language ?? firstLanguage(process.env)
  const say = await learnToSay(join(out, 'resources', 'translations'), language)
  for (const { problem } of scenes.list) if (problem !== null) log(say(problem))

  const place = placeOf(policy)
  const here = {
    blank: wallEntity(place, 'blank'),
    node: policy.node,
    hasScene: (name: string) => scenes.own(name) !== null || scenes.find(name).from === 'draft',
  }
  const first = recall(
    settings,
    {
      plan: { screens: [], desk: null },
      choosable: scenes.list.map(({ scene }) => scene),
      problem: null,
      identity: null,
      trust: nothingTrusted,
      passphraseWanted: null,
      cardsWanted: null,
      platform: exercise
        ? ''
        : ((options.platform ?? options.card)?.addresses ?? policy.platform ?? []).join(', '),
      together: 'unknown',
      mayNot: [],
      outbox: { entries: [], count: 0, full: false },
      lost: null,
      shared: { access: 'unknown', wrong: [], saves: [], erasable: [] },
      log: { product: policy.log, access: 'unknown', marking: null, waiting: [], markings: [], draft: null },
      language,
      moment: live,
      identifying: null,
      acknowledged: [],
      polls: [],
      pointedOut: null,
      deliveries: [],
      forms: [],
      rosters: [],
      addressed: { lines: [], left: 0 },
      unheard: [],
      reading: [],
      approvals: new Map(),
      others: new Map(),
      person: null,
      functions: new Map(),
      proposals: [],
      alone: [],
      receipts: [],
      reliefs: [],
    },
    here,
  )
  const state = holdState(first, policy.node, remember(settings, first, here))
  const problems = gatherProblems(
    (problem) => log(say(problem)),
    (problem) => state.found({ problem }),
  )
  const policyFile = options.policy.file ?? 'built in'
  trail.record({
    kind: 'start',
    subject: versionIn(app.getAppPath()),
    detail: { exercise, policy: policyFile },
  })
  tellPolicyProblem = (problem) => {
    problems('policy', problem)
    if (problem !== null)
      trail.record({
        kind: 'policy.refused',
        subject: policyFile,
        refused: problem.code,
        detail: { message: problem.message },
      })
  }
  tellPolicyProblem(policyProblem)
  parts.add({
    dispose: held.listen(({ version }) =>
      trail.record({ kind: 'policy', subject: policyFile, detail: { version } }),
    ),
  })
  problems('settings', settings.problem)

  const shared = holdShared((kinds) => {
    if (kinds.has('scene')) scenes.share(shared.things.values(), tokenOf(policy.organisation))
    const told = { choosable: scenes.list.map(({ scene }) => scene), shared: sharing.tell() }
    state.found({
      ...told,
      ...(kinds.has('form') && { forms: forms.tell() }),
      ...(kinds.has('roster') && { rosters: rostersIn(shared.things.values()) }),
    })
  })

  const sharing = createSharing({
    ...{ policy: held.now, scenes, shared },
    outlet: () => node.sharedOutlet,
    newId: () => randomUUID(),
    now: () => Date.now(),
  })

  const lines = createLines({
    ...{ place, policy: held.now },
    outlet: () => node.linesOutlet,
    may: (author) => mayEnterLines(state.now(), held.now(), author),
    moment: () => state.now().moment,
    newId: () => randomUUID(),
    now: () => Date.now(),
    changed: (log) => state.found({ log }),
  })

  const deliveries = createDeliveries({
    ...{ place, policy: held.now },
    newId: () => randomUUID(),
    now: () => Date.now(),
    outlet: () => node.deliveriesOutlet,
    // what may be written decides how what is entered may be marked
    changed: (told) => state.found({ deliveries: told, forms: forms.tell() }),
  })

  const forms = createForms({
    ...{ place, own: ownForms, deliveries },
    things: () => shared.things.values(),
    compile: compileDataSchema,
    policy: () => held.now(),
    newId: () => randomUUID(),
    now: () => Date.now(),
  })

  // what a desk may know of these is judged when they are told: under another policy, before any window is told of that
  parts.add({
    dispose: held.listen(() =>
      state.found({
        ...{ shared: sharing.tell(), forms: forms.tell() },
        ...{ deliveries: deliveries.tell(), log: lines.tell() },
      }),
    ),
  })

  const about: ThisNode = {
    get policy() {
      return held.now()
    },
    scenes,
    exercise,
    version: versionIn(app.getAppPath()),
    get unprotected() {
      return held.now().contentProtection && process.platform === 'linux'
    },
  }
  const mayTell = createPace(5, 0.1, () => performance.now())
  const told = createSampling(log, () => performance.now())
  const acting = createActing({
    place,
    nodes: () => held.now().nodes,
    wall: recordActs(state, trail.record, level),
    policy: () => about.policy,
    outlet: () => node.outlet,
    tellDesk: () => tellDesk(about, state.now()),
    newId: () => randomUUID(),
    now: () => Date.now(),
    // whoever sends a thousand is told of as often as a person can read
    problem(problem) {
      if (problem === null || mayTell()) problems('acts', problem)
    },
    told(problem) {
      // done here, and come to nothing since: refused there, or overtaken
      trail.record({
        kind: 'refused',
        refused: problem.code,
        subject: problem.subject ?? null,
        detail: { message: problem.message },
      })
      told(say(problem))
    },
  })
  parts.add(automate(state, acting, policy.node))
  parts.add(deliverLines({ wall: state, acting, policy: held.now }))
  parts.add(
    keepPresence({
      ...{ wall: state, acting, policy: held.now },
      problem: (problem) => problems('wall', problem),
    }),
  )
  const node: OpenedNode = {
    about,
    policy: held,
    settings,
    state,
    acting,
    outlet: null,
    shared,
    sharing,
    boards,
    sharedOutlet: null,
    lines,
    linesOutlet: null,
    forms,
    deliveries,
    rows: null,
    deliveriesOutlet: null,
    kept,
    signatory: null,
    trail,
    trailOutlet: null,
    searched: searches.searched,
    say,
    problems,
    signing: null,
    card: null,
    line: null,
    trust: null,
    looks: null,
    linkProblem: null,
    platform: null,
  }
  return node
}
