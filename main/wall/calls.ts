import type { HealthFacts } from '../../preload/contract/health.ts'
import type { DocumentInput } from '../../preload/contract/document.ts'
import type { LogSheet } from '../../preload/contract/log-sheet.ts'
import type { ProductForm, ProductName } from '../../preload/contract/product.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { ActInput } from '../../preload/contract/act.ts'
import type { Author } from '../../preload/contract/author.ts'
import type { Sender } from '../../preload/contract/row.ts'
import type { Handlers, Telemetry } from '../../preload/contract/schema.ts'
import type { TrailAnswer, TrailQuestion } from '../../preload/contract/trail.ts'
import type { DeskState, WallState } from '../../preload/contract/state.ts'
import type { Acting } from './acting.ts'
import type { Deliveries } from './deliveries.ts'
import type { Forms } from './forms.ts'
import type { Lines } from './lines.ts'
import type { Sharing } from './sharing.ts'

export interface Answering {
  /** who sits at the desk. @param input what they do; null: nothing of the table */
  author(input: ActInput | null): Author
  acting: Pick<Acting, 'perform' | 'agree' | 'breakGlass' | 'undo' | 'withdraw'>
  tellWall(screen: number): WallState
  tellDesk(): DeskState
  /** how this node is, without what only the engine knows */
  health(): Promise<HealthFacts>
  /** a text, to other programs of this machine */
  copy(text: string): Result<undefined>
  /** tries a passphrase that somebody typed */
  unlock(passphrase: string): Promise<Result<undefined>>
  /** @param certificate its fingerprint; null: there is only one */
  enterPin(pin: string, certificate: string | null): Promise<Result<undefined>>
  /** shows a screen of another node at the desk, once */
  lookAt(screen: number): Promise<Result<undefined>>
  /** the window in which this node is set up, to the front */
  provision(): void
  sharing: Sharing
  lines: Pick<Lines, 'enter' | 'has' | 'withdraw' | 'keepDraft'>
  forms: Pick<Forms, 'enter'>
  deliveries: Pick<Deliveries, 'add' | 'has' | 'withdraw'>
  /** what the desk shows now, as a document */
  picture(): Promise<Result<DocumentInput>>
  /** the log leaves this desk */
  logExport: {
    print(sheet: LogSheet): Promise<Result<{ left: boolean }>>
    save(sheet: LogSheet): Promise<Result<{ left: boolean }>>
  }
  /** a product leaves this desk */
  productExport: {
    save(product: ProductName, form: ProductForm): Promise<Result<{ left: boolean; rows: number }>>
    stop(): void
  }
  /** what the trail has, within the desk's ceiling */
  trail(question: TrailQuestion): Promise<Result<TrailAnswer>>
  /** a window's page listens: it may have its port */
  listening(sender: Sender): void
  /** what a screen measured of itself since it last said so */
  telemetry(screen: number, report: Telemetry): void
  log(line: string): void
}

/** What main does for a window that asks. Who may ask what was checked before. */
export function answerCalls(parts: Answering): Pick<Handlers, 'wall' | 'desk' | 'window'> {
  const onWall = <T>(sender: Sender, answer: (screen: number) => T): Result<T> =>
    sender.screen === null ? fail('screen.unknown', 'this window is no screen') : ok(answer(sender.screen))
  /** A wall stands where visitors do: nobody knows who pressed a key there. */
  const authorAt = (input: ActInput | null, { role }: Sender): Author =>
    role === 'desk' ? parts.author(input) : { ...parts.author(null), person: null, function: null }

  return {
    wall: {
      state: (_input, sender) => onWall(sender, parts.tellWall),
      telemetry: (report, sender) =>
        onWall(sender, (screen) => {
          parts.telemetry(screen, report)
          return undefined
        }),
    },
    desk: {
      state: () => ok(parts.tellDesk()),
      undo: (inverse) => parts.acting.undo(inverse, parts.author(inverse)),
      agree: ({ proposal, did }) => parts.acting.agree(proposal, did, parts.author(did)),
      breakGlass: ({ proposal, did, reason }) =>
        parts.acting.breakGlass(proposal, did, reason, parts.author(did)),
      withdraw({ id }) {
        if (parts.lines.has(id)) return parts.lines.withdraw(id)
        if (parts.deliveries.has(id)) return parts.deliveries.withdraw(id)
        return parts.acting.withdraw(id)
      },
      enterLine: (input) => parts.lines.enter(input, parts.author(null)),
      enterObservation: (input) => parts.forms.enter(input, parts.author(null)),
      addDocument: (input) => parts.deliveries.add(input, parts.author(null)),
      async attachPicture() {
        const picture = await parts.picture()
        return picture.ok ? parts.deliveries.add(picture.value, parts.author(null)) : picture
      },
      printLog: (sheet) => parts.logExport.print(sheet),
      saveLog: (sheet) => parts.logExport.save(sheet),
      saveProduct: ({ product, form }) => parts.productExport.save(product, form),
      stopExport() {
        parts.productExport.stop()
        return ok(undefined)
      },
      keepDraft({ draft }) {
        parts.lines.keepDraft(draft)
        return ok(undefined)
      },
      health: async () => ok(await parts.health()),
      copy: ({ text }) => parts.copy(text),
      provision() {
        parts.provision()
        return ok(undefined)
      },
      lookAt: ({ screen }) => parts.lookAt(screen),
      trail: (question) => parts.trail(question),
      share: ({ scene, marking }) => parts.sharing.share(scene, marking, parts.author(null)),
      saveStyle: ({ style, marking }) => parts.sharing.saveStyle(style, marking, parts.author(null)),
      saveFormula: ({ name, after, ...said }) => parts.sharing.formula(name, said, after, parts.author(null)),
      saveRoster: ({ name, after, ...said }) => parts.sharing.roster(name, said, after, parts.author(null)),
      figureUses: () => ok(parts.sharing.figureUses()),
      sharedHistory: ({ key }) => parts.sharing.history(key),
      erase: ({ key, after }) => parts.sharing.erase(key, after),
      restore: ({ key, revision, after }) =>
        parts.sharing.restore(key, revision, after ?? null, parts.author(null)),
      settleSave: ({ id, keep }) => parts.sharing.settle(id, keep, parts.author(null)),
      unlock: ({ passphrase }) => parts.unlock(passphrase),
      enterPin: ({ pin, certificate }) => parts.enterPin(pin, certificate),
    },
    window: {
      act(input, sender) {
        const done = parts.acting.perform(input, authorAt(input, sender))
        // what takes back an act that the desk may ask for is another of those
        return done as Result<{ inverse: typeof input | null; proposed: boolean }>
      },
      listening(_input, sender) {
        parts.listening(sender)
        return ok(undefined)
      },
      problem({ message }, { role, screen }) {
        parts.log(`${role}${screen === null ? '' : ` ${screen}`}: ${message}`)
        return ok(undefined)
      },
    },
  }
}
