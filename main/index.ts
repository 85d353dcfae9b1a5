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
import { portChannel } from '../preload/contract/schema.ts'
import { keepEngine } from './engine-process.ts'
import { startExercise, type RunningExercise } from './exercise/start.ts'
import { inboxOf } from './identity/inbox.ts'
import { keepSigningIn, signIn, type SignIn, type SignInFiles } from './identity/sign-in.ts'
import { live, log, type Begun } from './life.ts'
import { loadPolicy } from './policy/load-policy.ts'
import { defaultSceneOf } from './policy/policy.ts'
import { gatherProblems } from './problems.ts'
import { openBundle, registerAppScheme } from './windows/app-protocol.ts'
import { takeThumbnails } from './windows/capture.ts'
import { holdDecisions } from './windows/decisions.ts'
import { openDesk } from './windows/desk.ts'
import { watchDisplays } from './windows/displays.ts'
import { keepGraphics, watchGraphics } from './windows/gpu-tier.ts'
import { answerCalls } from './windows/handlers.ts'
import { forbidCoreDumps, hardenDefaultSession, hardenProcess } from './windows/hardening.ts'
import { leaveResults } from './windows/headless.ts'
import { notify, serveCalls, type Sender } from './windows/ipc.ts'
import { firstLanguage } from './windows/language.ts'
import { countMeasurements } from './windows/measured.ts'
import { loadScenes } from './windows/scenes.ts'
import { openSettings } from './windows/settings.ts'
import { sceneNameOf, tellDesk, tellWall, type Station } from './windows/told.ts'
import { connectionLog, learnToSay } from './windows/voice.ts'
import { planWall, replanWall, type WallPlan } from './windows/wall-plan.ts'
import { openWall } from './windows/wall.ts'

registerAppScheme(protocol)
hardenProcess(app)
keepGraphics(app)
live(app, open)

async function open({ options, profile, parts, end }: Begun): Promise<void> {
  const out = join(import.meta.dirname, '..')
  // a release is one archive; what runs from its sources may be looked into where somebody wants to
  const released = app.getAppPath().endsWith('.asar')
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
    options.policy ?? join(out, 'resources', 'policy.yaml'),
    Intl.DateTimeFormat().resolvedOptions().timeZone,
  )
  const scenes = await loadScenes(
    [join(out, 'resources', 'scenes'), ...(options.scenes === null ? [] : [options.scenes])],
    defaultSceneOf(1),
  )
  for (const { problem } of scenes.list) if (problem !== null) log(`${problem.subject}: ${problem.message}`)
  const settings = openSettings(profile)
  const language = options.language ?? settings.language ?? firstLanguage(process.env)
  const say = await learnToSay(join(out, 'resources', 'translations'), language)
  const station: Station = {
    policy,
    scenes,
    exercise: options.platform === null,
    platform: options.platform?.url ?? '',
    version: app.getVersion(),
  }
  const decisions = holdDecisions({
    language,
    blanked: false,
    identify: false,
    acknowledged: [],
    focus: null,
    scenes: settings.scenes(),
    problem: null,
  })
  const problems = gatherProblems(
    (problem) => log(say(problem)),
    (problem) => decisions.decide({ problem }),
  )
  problems('policy', policyProblem)

  let plan: WallPlan
  /** screen numbers, null for the desk: whose page listens for a port */
  const listening = new Set<number | null>()
  let signedIn: SignIn = { identity: null, authority: null, problem: null }
  const measurements = countMeasurements()

  // what windows may ask
  const answering = parts.add(
    answerCalls({
      station: policy.station,
      decisions,
      settings,
      scenes,
      measurements,
      screens: () => plan.screens.map(({ screen }) => screen),
      tellWall: wallState,
      tellDesk: deskState,
      listening(sender) {
        listening.add(sender.screen)
        givePort(sender)
      },
      marked: (screen, marking) => thumbnails.marked(screen, marking),
      // a page's words may hold what it shows, and a log may be kept
      log: (line) => (developing ? log(line) : undefined),
      now,
    }),
  )
  parts.add({
    dispose: serveCalls(ipcMain, answering.handlers, senderOf, ({ code, message, subject }) =>
      log(`${code} ${subject}: ${message}`),
    ),
  })

  // the windows, and what they are told
  const display = parts.add(
    watchDisplays(electronScreen, (all) => follow(replanWall(plan, all, options.screens))),
  )
  plan = planWall(display.now(), { deskDisplay: options.deskDisplay, most: options.screens })
  const preload = (role: string) => join(out, 'preload', `${role}.cjs`)
  const common = { bundle, developing, contentProtection: policy.contentProtection }
  const wall = parts.add(
    openWall({
      ...common,
      preload: preload('wall'),
      gone(screen, why) {
        measurements.forgetMarking(screen)
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
    return tellWall(station, decisions.now(), screen)
  }
  function deskState() {
    return tellDesk(station, decisions.now(), plan.screens, signedIn.identity)
  }
  const tellAll = () => {
    for (const { screen, window } of wall.screens())
      notify(window.webContents, 'wall', 'stateChanged', wallState(screen))
    const window = desk.window()
    if (window !== null) notify(window.webContents, 'desk', 'stateChanged', deskState())
  }
  const follow = (next: WallPlan) => {
    plan = next
    wall.follow(plan.screens)
    desk.follow(plan.desk)
    tellAll()
  }
  decisions.listen(tellAll)
  app.on('second-instance', desk.show)
  const thumbnails = parts.add(
    takeThumbnails({
      walls: () =>
        wall
          .screens()
          .map(({ screen, window }) => ({ screen, window, ceiling: policy.screen(screen).ceiling })),
      wanted: () => desk.window()?.isVisible() === true && desk.window()?.isMinimized() === false,
      deskCeiling: policy.deskCeiling,
      send(screen, jpeg) {
        const window = desk.window()
        if (window !== null) notify(window.webContents, 'desk', 'thumbnail', { screen, jpeg })
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
    const { port1, port2 } = new MessageChannelMain()
    const ceiling = to.screen === null ? policy.deskCeiling : policy.screen(to.screen).ceiling
    if (engine.connect({ id: window.webContents.id, role: to.role, ceiling }, port1))
      window.webContents.postMessage(portChannel, null, [port2])
  }

  // who signs in where: a platform, or the exercise's own
  follow(plan)
  const startEngine = (url: string, cache: string) => {
    const { identity, authority, problem } = signedIn
    problems('identity', problem)
    tellAll()
    if (identity === null) return
    const certificate = [identity.certificate, ...identity.chain].join('\n')
    const keys = { certificate, key: identity.key }
    const platform =
      authority === null || problem !== null
        ? null
        : { servers: url, inbox: inboxOf(identity.certificate), tls: { ...keys, authority } }
    engine.start({ order: 'start', profile: cache, scheme: policy.scheme, keys, platform })
  }
  const enter = async (url: string, files: SignInFiles, cache: string) => {
    signedIn = await signIn(files, now())
    startEngine(url, cache)
    parts.add({
      dispose: keepSigningIn(files, signedIn, now, (next) => {
        signedIn = next
        startEngine(url, cache)
      }),
    })
  }
  if (options.platform !== null) {
    const { url, identity, passphraseFile, authority } = options.platform
    await enter(url, { identity, passphraseFile, authority }, profile)
  } else {
    // a throw-away authority: what its certificates opened before, nobody can open again
    const cache = join(profile, 'exercise')
    await rm(cache, { recursive: true, force: true })
    const started = await startExercise(
      fork('exercise'),
      { scenarios: join(out, 'resources', 'scenarios'), ...options.exercise },
      {
        onEnd: (code) => problems('exercise', { code: 'exercise.failed', message: `it ended with ${code}` }),
        onTrouble: (message) => log(`exercise: ${message}`),
      },
    )
    if (started.ok) {
      exercise = started.value
      const { url, caFile, identityFile, passphraseFile } = exercise
      station.platform = url
      await enter(url, { identity: identityFile, passphraseFile, authority: caFile }, cache)
    } else {
      problems('exercise', started.error)
    }
  }

  if (options.seconds !== null)
    parts.add(
      leaveResults({
        seconds: options.seconds,
        headless: options.headless,
        expected: options.screens,
        end,
        log,
        wall,
        desk,
        run: async () => ({
          electron: process.versions.electron ?? '',
          problem: decisions.now().problem,
          engine: await engine.report(),
          scheme: policy.scheme,
          screens: wall
            .screens()
            .map(({ screen }) => ({ screen, scene: sceneNameOf(station, decisions.now(), screen) })),
          measurements,
          metrics: app.getAppMetrics(),
        }),
      }),
    )
}
