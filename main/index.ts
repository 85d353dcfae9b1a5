/** Composition: the parts of Vigie in the order in which they open, and who tells whom. Nothing else is here. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  Menu,
  MessageChannelMain,
  app,
  ipcMain,
  powerSaveBlocker,
  protocol,
  screen as electronScreen,
  utilityProcess,
  type WebContents,
} from 'electron'
import { fail, type Problem } from '../preload/contract/result.ts'
import type { WallPlan } from '../preload/contract/display.ts'
import { live as liveMoment } from '../preload/contract/moment.ts'
import { portChannel, type Sender } from '../preload/contract/schema.ts'
import { keepEngine } from './engine-process.ts'
import { startExercise, type RunningExercise } from './exercise-process.ts'
import { inboxOf } from './identity/inbox.ts'
import { findPassphrase } from './identity/passphrase.ts'
import { Secret } from './identity/secret.ts'
import { keepSigningIn, nobodyYet, type SignInFiles, type SigningIn } from './identity/sign-in.ts'
import { isReleased, live, log, type Begun } from './life.ts'
import { loadPolicy } from './policy/load-policy.ts'
import { defaultSceneOf } from './policy/policy.ts'
import { gatherProblems } from './problems.ts'
import { openBundle, registerAppScheme } from './trust/app-protocol.ts'
import { takeThumbnails } from './windows/thumbnails.ts'
import { automate } from './wall/automation.ts'
import { remember } from './wall/remembered.ts'
import { holdState } from './wall/state.ts'
import { openDesk } from './windows/desk.ts'
import { watchDisplays } from './windows/displays.ts'
import { keepGraphics, watchGraphics } from './windows/gpu-tier.ts'
import { answerCalls } from './wall/calls.ts'
import { forbidCoreDumps, hardenDefaultSession, hardenProcess } from './trust/hardening.ts'
import { leaveResults } from './run/headless.ts'
import { notifier, serveCalls } from './trust/ipc.ts'
import { swapInClear } from './trust/swap.ts'
import { firstLanguage } from './wall/language.ts'
import { gatherTelemetry } from './run/telemetry.ts'
import { loadScenes } from './wall/scenes.ts'
import { openSettings } from './wall/settings.ts'
import { isKnown, sceneNameOf, tellDesk, tellWall, type ThisNode } from './wall/told.ts'
import { connectionLog, learnToSay } from './run/voice.ts'
import { planWall, replanWall, type Knows } from './wall/plan.ts'
import { versionIn } from './version.ts'
import { openWall } from './windows/wall.ts'

registerAppScheme(protocol)
hardenProcess(app, log)
keepGraphics(app)
live(app, open)

async function open({ options, profile, parts, end }: Begun): Promise<void> {
  const out = join(import.meta.dirname, '..')
  const released = isReleased(app)
  const developing = !released && process.env['VIGIE_DEVTOOLS'] === '1'
  const now = () => Date.now()
  const fork = (part: 'engine' | 'exercise') => {
    const stderr = released ? 'ignore' : 'inherit'
    const child = utilityProcess.fork(join(out, 'main', `${part}.js`), [], {
      serviceName: part,
      stdio: ['ignore', 'ignore', stderr],
    })
    child.once('spawn', () => child.pid !== undefined && forbidCoreDumps(child.pid))
    return child
  }

  Menu.setApplicationMenu(null)
  powerSaveBlocker.start('prevent-display-sleep')
  hardenDefaultSession()
  parts.add({ dispose: watchGraphics(app, now, log, end) })

  // what this node may show, and what it shows
  const bundle = await openBundle(join(out, 'renderer'))
  const { policy, problem: policyProblem } = await loadPolicy(
    options.policy,
    join(out, 'resources', 'policy.yaml'),
    Intl.DateTimeFormat().resolvedOptions().timeZone,
  )
  const scenarios = join(out, 'resources', 'scenarios')
  const scenes = await loadScenes(
    {
      own: [
        join(out, 'resources', 'scenes'),
        ...(options.platform === null ? [join(scenarios, options.exercise.scenario, 'scenes')] : []),
      ],
      given: options.scenes,
    },
    defaultSceneOf(1),
    policy.area,
  )
  const settings = openSettings(profile, (problem) => problems('settings', problem))
  const language = options.language ?? settings.language ?? firstLanguage(process.env)
  const say = await learnToSay(join(out, 'resources', 'translations'), language)
  for (const { problem } of scenes.list) if (problem !== null) log(say(problem))
  const node: ThisNode = {
    policy,
    scenes,
    exercise: options.platform === null,
    platform: options.platform?.url ?? '',
    version: versionIn(app.getAppPath()),
    unprotected: policy.contentProtection && process.platform === 'linux',
  }
  const state = holdState(
    {
      plan: { screens: [], desk: null },
      choosable: scenes.list.map(({ scene }) => scene),
      problem: null,
      language,
      moment: liveMoment,
      blanked: settings.blanked,
      identifying: null,
      acknowledged: [],
      pointedOut: null,
      scenes: settings.scenes(),
    },
    remember(settings),
  )
  parts.add(automate(state, policy.node, now))
  const failed = ({ code, message, subject }: Problem) => log(`${code} ${subject}: ${message}`)
  const notify = notifier(failed)
  const problems = gatherProblems(
    (problem) => log(say(problem)),
    (problem) => state.find({ problem }),
  )
  problems('policy', policyProblem)
  problems('settings', settings.problem)

  /** screen numbers, null for the desk: whose page listens for a port */
  const listening = new Set<number | null>()
  let signedIn = nobodyYet
  let signing: SigningIn | null = null
  const telemetry = gatherTelemetry(() => wall.screens().map(({ screen }) => screen))

  // what windows may ask
  const handlers = answerCalls({
    node: policy.node,
    wall: state,
    tellWall: wallState,
    tellDesk: deskState,
    async unlock(passphrase) {
      const answer = await signing?.unlock(new Secret(passphrase))
      if (answer === undefined) return fail('ipc.refused', 'no passphrase is asked for now')
      if (!answer.ok) log(say(answer.error))
      return answer
    },
    listening(sender) {
      listening.add(sender.screen)
      givePort(sender)
    },
    telemetry(screen, report) {
      telemetry.add(screen, report)
      thumbnails.marked(screen, report.marking)
    },
    // a page's words may hold what it shows, and a log may be kept
    log: (line) => (developing ? log(line) : undefined),
    now,
  })
  parts.add({ dispose: serveCalls(ipcMain, handlers, senderOf, failed) })

  // the windows, and what they are told
  // where nothing is restricted, or nobody is there to accept one, a display is what hangs there
  const anyDisplay = node.exercise || options.headless !== null
  const knows: Knows = (screen, { id, label }) => {
    const { display: wanted } = policy.screen(screen)
    const named = wanted === null || wanted === label || wanted === String(id)
    return named && (anyDisplay || settings.isOurs(id))
  }
  const display = parts.add(
    watchDisplays(electronScreen, (all) =>
      state.find({ plan: replanWall(state.now().plan, all, options.screens, knows) }),
    ),
  )
  const preload = (role: string) => join(out, 'preload', `${role}.cjs`)
  const common = { bundle, developing, contentProtection: policy.contentProtection }
  const wall = parts.add(
    openWall({
      ...common,
      preload: preload('wall'),
      gone(screen, why) {
        telemetry.forgetMarking(screen)
        thumbnails.forget(screen)
        listening.delete(screen)
        log(`screen ${screen}: ${why}`)
      },
    }),
  )
  const desk = parts.add(
    openDesk({
      ...common,
      preload: preload('desk'),
      bounds: () => settings.desk(electronScreen.getPrimaryDisplay().workArea, display.now()),
      moved: (bounds) => settings.setDesk(bounds),
      quit: () => end(),
      gone(why) {
        listening.delete(null)
        log(`desk: ${why}`)
      },
    }),
  )
  function senderOf(contents: WebContents): Sender | undefined {
    if (desk.window()?.webContents === contents) return { role: 'desk', screen: null }
    const screen = wall.screenOf(contents)
    return screen === undefined ? undefined : { role: 'wall', screen }
  }
  function wallState(screen: number) {
    return tellWall(node, state.now(), screen)
  }
  function deskState() {
    return tellDesk(node, state.now(), signedIn.identity?.facts ?? null, signedIn.wanted)
  }
  const tellAll = () => {
    for (const { screen, window } of wall.screens())
      notify(window.webContents, 'wall', 'stateChanged', wallState(screen))
    const window = desk.window()
    if (window !== null) notify(window.webContents, 'desk', 'stateChanged', deskState())
  }
  const follow = ({ screens, desk: planned }: WallPlan) => {
    if (!anyDisplay) settings.addDisplays(screens.flatMap(({ display: id, known }) => (known ? [id] : [])))
    for (const { screen, attached, known } of screens) if (!attached || !known) thumbnails.forget(screen)
    wall.follow(screens)
    desk.follow(planned)
  }
  const stopListening = state.listen((next, before) => {
    if (next.plan !== before.plan) follow(next.plan)
    if (next.blanked) thumbnails.forget()
    tellAll()
  })
  parts.add({ dispose: stopListening })
  app.on('second-instance', desk.show)
  const thumbnails = parts.add(
    takeThumbnails({
      walls: wall.screens,
      wanted: () =>
        !state.now().blanked && desk.window()?.isVisible() === true && desk.window()?.isMinimized() === false,
      deskCeiling: policy.deskCeiling,
      send(screen, jpeg, marking) {
        const window = desk.window()
        if (window !== null) notify(window.webContents, 'desk', 'thumbnail', { screen, jpeg, marking })
      },
    }),
  )

  // the engine, which ends before the exercise it listens to, and a port to it for each window
  let exercise: RunningExercise | null = null
  parts.add({ dispose: () => exercise?.dispose() })
  const engine = parts.add(
    keepEngine({
      fork: () => fork('engine'),
      ready() {
        for (const screen of listening) givePort({ role: screen === null ? 'desk' : 'wall', screen })
      },
      problem: (problem) => problems('engine', problem),
      connection: connectionLog(log, say),
    }),
  )
  function givePort(to: Sender): void {
    const window =
      to.screen === null ? desk.window() : wall.screens().find(({ screen }) => screen === to.screen)?.window
    if (!window || window.isDestroyed()) return
    if (to.screen !== null && !isKnown(state.now(), to.screen)) return
    const { port1, port2 } = new MessageChannelMain()
    const ceiling = to.screen === null ? policy.deskCeiling : policy.screen(to.screen).ceiling
    if (engine.connect({ id: window.webContents.id, role: to.role, ceiling }, port1))
      window.webContents.postMessage(portChannel, null, [port2])
  }

  // who signs in where: a platform, or the exercise's own
  const plan = planWall(display.now(), { deskDisplay: options.deskDisplay, most: options.screens }, knows)
  state.find({ plan })
  const startEngine = (url: string, cache: string) => {
    const { identity, authority, problem } = signedIn
    problems('identity', problem)
    tellAll()
    if (identity === null) return
    const certificate = [identity.certificate, ...identity.chain].join('\n')
    engine.start(() => {
      const keys = { certificate, key: identity.key.copy() }
      const platform =
        authority === null || problem !== null
          ? null
          : {
              servers: url,
              inbox: inboxOf(identity.certificate),
              tls: { certificate, key: identity.key.copy(), authority },
              tlsFirst: options.platform?.tlsFirst ?? false,
            }
      const { scheme, cache: keeping } = policy
      return { order: 'start', profile: cache, scheme, keeping, keys, platform }
    })
  }
  const enter = async (url: string, files: SignInFiles, cache: string) => {
    if (files.passphrase.from === 'prompt' && options.headless !== null) {
      const message = 'nobody is at a headless desk to type the passphrase'
      log(say({ code: 'identity.passphrase-missing', message, subject: files.identity }))
      return end(1)
    }
    signing = await keepSigningIn({
      files,
      now,
      changed(next) {
        signedIn = next
        startEngine(url, cache)
      },
    })
    parts.add(signing)
  }
  if (options.platform !== null) {
    const swap = await swapInClear()
    if (swap.length > 0)
      log(say({ code: 'node.swap-in-clear', message: 'swap is on', subject: swap.join(', ') }))
    const { url, identity, authority, ...sources } = options.platform
    const passphrase = await findPassphrase(sources, process.env)
    await enter(url, { identity, passphrase, authority }, profile)
  } else {
    // a throw-away authority: what its certificates opened before, nobody can open again
    const cache = join(profile, 'exercise')
    await rm(cache, { recursive: true, force: true })
    const started = await startExercise(
      fork('exercise'),
      { scenarios, ...options.exercise },
      {
        onEnd: (code) => problems('exercise', { code: 'exercise.failed', message: `it ended with ${code}` }),
        onTrouble: (message) => log(`exercise: ${message}`),
      },
    )
    if (started.ok) {
      exercise = started.value
      const { url, caFile, identityFile, passphraseFile } = exercise
      node.platform = url
      const passphrase = { from: 'file', file: passphraseFile } as const
      await enter(url, { identity: identityFile, passphrase, authority: caFile }, cache)
    } else {
      problems('exercise', started.error)
    }
  }

  const pictures = node.exercise || policy.pictures
  if (options.headless !== null && !pictures)
    log(
      say({
        code: 'policy.pictures-forbidden',
        message: 'the policy does not say “pictures: true”: only run.json is left',
        subject: options.headless.out,
      }),
    )
  if (options.seconds !== null)
    parts.add(
      leaveResults({
        seconds: options.seconds,
        headless: options.headless,
        pictures,
        expected: options.screens,
        end,
        log,
        wall,
        desk,
        run: async () => ({
          electron: process.versions.electron ?? '',
          problem: state.now().problem,
          engine: await engine.report(),
          scheme: policy.scheme,
          screens: wall
            .screens()
            .map(({ screen }) => ({ screen, scene: sceneNameOf(node, state.now(), screen) })),
          telemetry,
          begun: process.getCreationTime() ?? Date.now() - process.uptime() * 1000,
          metrics: app.getAppMetrics(),
        }),
      }),
    )
}
