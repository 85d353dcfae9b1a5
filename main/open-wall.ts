/** The wall and the desk: the displays and their windows, what these are told, what they may ask, what they measure. */
import { join } from 'node:path'
import {
  app,
  clipboard,
  ipcMain,
  screen as electronScreen,
  type BrowserWindow,
  type WebContents,
} from 'electron'
import type { ActInput } from '../preload/contract/act.ts'
import type { WallPlan } from '../preload/contract/display.ts'
import type { Rank } from '../preload/contract/marking.ts'
import { fail, ok, type Problem } from '../preload/contract/result.ts'
import type { Sender } from '../preload/contract/row.ts'
import { createLogExport } from './export-log.ts'
import { createProductExport } from './export-product.ts'
import { healthOfWall } from './health-of-wall.ts'
import { Secret } from './identity/secret.ts'
import { isReleased, log, type Begun } from './life.ts'
import { auditCalls } from './record-calls.ts'
import { showingsOf } from './record-shown.ts'
import type { OpenedNode } from './open-node.ts'
import { pictureOfDesk } from './picture-of-desk.ts'
import { openReports } from './open-reports.ts'
import type { OpenedProvisioning } from './open-provisioning.ts'
import { deskLevelOf, type Policy } from './policy/policy.ts'
import { gatherTelemetry, type WallTelemetry } from './run/telemetry.ts'
import type { Bundle } from './trust/app-protocol.ts'
import { watchShown } from './trail/shown.ts'
import { notifier, serveCalls } from './trust/ipc.ts'
import { authorOf } from './wall/author.ts'
import { answerBoards } from './answer-boards.ts'
import { answerCalls } from './wall/calls.ts'
import { planWall, replanWall, type Knows } from './wall/plan.ts'
import { tellDesk, tellWall } from './wall/told.ts'
import { choosePlace } from './windows/choose-file.ts'
import { openDesk } from './windows/desk.ts'
import { watchDisplays } from './windows/displays.ts'
import { printPage } from './windows/print-page.ts'
import { openScreens, type WallScreen } from './windows/screens.ts'
import { takeThumbnails, type Picture } from './windows/thumbnails.ts'

export interface OpenedWall {
  /** finds the first plan: from now on there are windows */
  hang(): void
  screens(): WallScreen[]
  desk(): BrowserWindow | null
  /** whose page listens for its port to the engine */
  listening(): Sender[]
  /** hears of each that begins to */
  listen(heard: (sender: Sender) => void): void
  telemetry: WallTelemetry
  /** one picture of a screen, with nothing above `ceiling` */
  glance(screen: number, ceiling: Rank): Promise<Picture | null>
  /** shows a picture of a screen at the desk */
  show(screen: number, picture: Picture): void
}

export function openWall(
  begun: Begun,
  node: OpenedNode,
  bundle: Bundle,
  provisioning: OpenedProvisioning,
): OpenedWall {
  const { options, profile, out, parts, end } = begun
  const { about, settings, state, say, trail } = node
  const developing = !isReleased(app) && process.env['VIGIE_DEVTOOLS'] === '1'
  const failed = ({ code, message, subject }: Problem) => log(`${code} ${subject}: ${message}`)

  /** what was refused to a window: some of it, with how many were left out */
  const refused = (problem: Problem) => {
    failed(problem)
    trail.record({
      kind: 'refused',
      subject: problem.subject ?? null,
      refused: problem.code,
      detail: { message: problem.message },
    })
  }

  // which display is which screen, and which is the desk’s
  // where nothing is restricted, or nobody is there to accept one, a display is what hangs there
  const anyDisplay = about.exercise || options.headless !== null
  const knows: Knows = (screen, { id, label }) => {
    const { display: wanted } = about.policy.screen(screen)
    const named = wanted === null || wanted === label || wanted === String(id)
    return named && (anyDisplay || settings.isOurs(id))
  }
  const displays = watchDisplays(electronScreen, (all) =>
    state.found({ plan: replanWall(state.now().plan, all, wishes(), knows) }),
  )
  const wishes = () => ({
    ...{ deskDisplay: options.deskDisplay, most: options.screens },
    own: about.policy.ownScreens,
  })

  // a window for each
  const preload = (role: string) => join(out, 'preload', `${role}.cjs`)
  const common = { bundle, developing, contentProtection: () => about.policy.contentProtection }
  /** by screen number; null is the desk */
  const listening = new Map<number | null, Sender>()
  const screens = openScreens({ ...common, preload: preload('wall') })
  const desk = openDesk({
    ...common,
    preload: preload('desk'),
    bounds: () => settings.desk(electronScreen.getPrimaryDisplay().workArea, displays.now()),
    moved: (bounds) => settings.setDesk(bounds),
    quit: () => end(),
    gone(why) {
      listening.delete(null)
      log(`desk: ${why}`)
    },
  })
  app.on('second-instance', (_event, words) =>
    words.includes('--provision') ? provisioning.show() : desk.show(),
  )

  // what they are told
  const notify = notifier(failed)
  const wallState = (screen: number) => tellWall(about, state.now(), screen)
  const deskState = () => tellDesk(about, state.now())
  const tellAll = () => {
    for (const { screen, window } of screens.now())
      notify(window.webContents, 'wall', 'stateChanged', wallState(screen))
    const window = desk.window()
    if (window !== null) notify(window.webContents, 'desk', 'stateChanged', deskState())
  }
  const show = (screen: number, picture: Picture) => {
    const window = desk.window()
    if (window !== null) notify(window.webContents, 'desk', 'thumbnail', { screen, ...picture })
  }
  const thumbnails = takeThumbnails({
    walls: screens.now,
    wanted: () =>
      !state.now().blanked && desk.window()?.isVisible() === true && desk.window()?.isMinimized() === false,
    deskCeiling: () => about.policy.deskCeiling,
    send: show,
  })
  let beyond = false
  const follow = ({ screens: planned, desk: plannedDesk }: WallPlan) => {
    const more = displays.now().length - planned.length - (plannedDesk === null ? 0 : 1)
    if (about.policy.ownScreens !== null && more > 0 && !beyond) {
      beyond = true
      log(`${more} more displays than the policy gives this node screens: nothing shows there`)
    }
    if (!anyDisplay) settings.addDisplays(planned.flatMap(({ display: id, known }) => (known ? [id] : [])))
    for (const { screen, attached, known } of planned) if (!attached || !known) thumbnails.forget(screen)
    screens.follow(planned)
    desk.follow(plannedDesk)
  }
  const shown = watchShown(trail.record)
  const recordShown = () => shown.are(showingsOf(about, state))
  const stopTelling = state.listen((next, before) => {
    recordShown()
    if (next.plan !== before.plan) follow(next.plan)
    if (next.blanked) thumbnails.forget()
    tellAll()
  })

  // another policy: what a window may not show any more leaves it before anything else is done
  const stopFollowing = node.policy.listen((next, before) => {
    const raised: Sender[] = []
    for (const { screen } of screens.now()) {
      const ceilings = [before, next].map((policy) => policy.screen(screen).ceiling) as [Rank, Rank]
      if (ceilings[1] < ceilings[0]) {
        listening.delete(screen)
        telemetry.forgetMarking(screen)
        screens.renew(screen)
      } else if (ceilings[1] > ceilings[0]) raised.push({ role: 'wall', screen })
    }
    if (next.deskCeiling < before.deskCeiling) {
      listening.delete(null)
      desk.renew()
    } else if (next.deskCeiling > before.deskCeiling) raised.push({ role: 'desk', screen: null })
    thumbnails.forget()
    for (const window of [...screens.now().map((each) => each.window), desk.window()])
      window?.setContentProtection(next.contentProtection)
    const numbers = ({ ownScreens }: Policy): string => JSON.stringify(ownScreens)
    const plan =
      numbers(next) === numbers(before)
        ? replanWall(state.now().plan, displays.now(), wishes(), knows)
        : planWall(displays.now(), wishes(), knows)
    // a screen that is to be another display is nobody's until it is accepted
    const judged = plan.screens.map((planned) => {
      const { screen, display: id, label, known } = planned
      const isSame = next.screen(screen).display === before.screen(screen).display
      return { ...planned, known: known && (isSame || knows(screen, { id, label })) }
    })
    // tells all of them
    state.found({ plan: { ...plan, screens: judged } })
    for (const sender of raised)
      if (listening.has(sender.screen)) for (const heard of listeners) heard(sender)
  })

  // what they measure
  const telemetry = gatherTelemetry(() => screens.now().map(({ screen }) => screen))
  screens.listen((screen, why) => {
    telemetry.forgetMarking(screen)
    thumbnails.forget(screen)
    listening.delete(screen)
    log(`screen ${screen}: ${why}`)
  })

  // what they may ask
  const author = (input: ActInput | null) => authorOf(state.now(), about.policy, about.policy.node, input)
  const listeners = new Set<(sender: Sender) => void>()
  const handlers = answerCalls({
    author,
    acting: node.acting,
    tellWall: wallState,
    tellDesk: deskState,
    sharing: node.sharing,
    lines: node.lines,
    forms: node.forms,
    logExport: createLogExport({
      policy: () => about.policy,
      language: () => state.now().language,
      ...{
        exercise: about.exercise,
        over: desk.window,
        choosePlace,
        print: printPage,
        now: () => Date.now(),
      },
    }),
    productExport: createProductExport({
      policy: () => about.policy,
      language: () => state.now().language,
      ...{ exercise: about.exercise, over: desk.window, choosePlace, now: () => Date.now() },
      rows: (product, ceiling, from) =>
        node.rows?.(product, ceiling, from) ??
        Promise.resolve(fail('engine.stopped', 'no engine is ready', product)),
      told(far) {
        const window = desk.window()
        if (window !== null) notify(window.webContents, 'desk', 'exporting', { far })
      },
    }),
    deliveries: node.deliveries,
    picture: () =>
      pictureOfDesk(desk.window(), about.policy, { language: state.now().language, at: Date.now() }),
    trail(question) {
      const { scheme, deskCeiling } = about.policy
      return trail.find(
        question,
        scheme.levels.slice(0, deskCeiling + 1).map(({ id }) => id),
      )
    },
    health: () => healthOfWall(node, profile),
    copy(text) {
      if (!about.policy.copy) return fail('policy.copy-forbidden', 'the policy lets nothing be copied')
      void clipboard.writeText(text)
      return ok(undefined)
    },
    provision: provisioning.show,
    lookAt: (screen) => node.looks?.at(screen) ?? Promise.resolve(fail('wall.unanswered', 'no engine yet')),
    async unlock(passphrase) {
      const answer = await node.signing?.unlock(new Secret(passphrase))
      if (answer === undefined) return fail('ipc.refused', 'no passphrase is asked for now')
      if (!answer.ok) log(say(answer.error))
      return answer
    },
    async enterPin(pin, certificate) {
      const answer = await node.card?.unlock(new Secret(pin), certificate)
      if (answer === undefined) return fail('ipc.refused', 'no PIN is asked for now')
      if (!answer.ok) log(say(answer.error))
      return answer
    },
    listening(sender) {
      listening.set(sender.screen, sender)
      for (const heard of listeners) heard(sender)
    },
    telemetry(screen, report) {
      telemetry.add(screen, report)
      thumbnails.marked(screen, report.marking)
      shown.marked(screen, about.policy.scheme.levels[report.marking]?.id ?? 'unknown')
    },
    // a page's words may hold what it shows, and a log may be kept
    log: (line) => (developing ? log(line) : undefined),
  })
  const reports = openReports(begun, node, desk.window)
  const boards = answerBoards(node, () => author(null))
  const senderOf = (contents: WebContents): Sender | undefined => {
    if (desk.window()?.webContents === contents) return { role: 'desk', screen: null }
    const screen = screens.screenOf(contents)
    return screen === undefined ? provisioning.senderOf(contents) : { role: 'wall', screen }
  }

  // closed from the last to the first: no window while it is captured, and calls are answered until no window is left
  parts.add({
    dispose: serveCalls(
      ipcMain,
      { ...handlers, ...provisioning.handlers, reports: reports.handlers, boards },
      senderOf,
      refused,
      undefined,
      auditCalls(
        trail,
        () => author(null),
        () => deskLevelOf(about.policy),
      ),
    ),
  })
  parts.add(displays)
  parts.add(screens)
  parts.add(desk)
  parts.add({ dispose: stopTelling })
  parts.add({ dispose: stopFollowing })
  parts.add(thumbnails)

  return {
    hang() {
      state.found({ plan: planWall(displays.now(), wishes(), knows) })
    },
    screens: screens.now,
    desk: desk.window,
    listening: () => [...listening.values()],
    listen: (heard) => void listeners.add(heard),
    telemetry,
    glance: thumbnails.glance,
    show,
  }
}
