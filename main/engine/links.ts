/** The intakes that run side by side, each with a link of its own: one that is cut keeps no other from going on. */
import type { AskedLook, Look } from '../../preload/contract/look.ts'
import type { Connection, Link } from '../../preload/contract/picture.ts'
import type { ProductName } from '../../preload/contract/product.ts'
import { fail, type Result } from '../../preload/contract/result.ts'
import type { TrustTerms } from '../identity/trust/terms.ts'
import type { Address } from './intake/addresses.ts'
import type { Intake, OutgoingObject, Publication, WantedObject } from './intake/intake.ts'

export interface Links {
  /** reads from these from now on, instead of those before */
  connect(addresses: readonly Address[]): Promise<void>
  /** asks another node of the wall, by the first intake that can */
  look(node: string, asked: AskedLook): Promise<Result<Look>>
  /** in the order in which they were named */
  all(): Link[]
  /** where one state is told for all of them: that of the one that is worst off */
  worst(): Connection
  /** the connection of one of them stands */
  isLive(intake: string): boolean
  /** how their upstreams are judged from now on */
  trust(terms: TrustTerms): void
  /** tells it to the upstream of this intake, as `Intake.publish` does */
  publish(intake: string, publication: Publication): Promise<Result<{ sequence: number }>>
  /** tries a right there, as `Intake.mayNotWrite` does */
  mayNotWrite(intake: string, product: ProductName, entities: readonly string[]): Promise<string[] | null>
  /** files of its object store, as `Intake` has them */
  putObject(intake: string, object: OutgoingObject): Promise<Result<null>>
  getObject(
    intake: string,
    wanted: WantedObject,
    take: (part: Uint8Array) => Promise<boolean>,
  ): Promise<Result<null>>
  /** as `Intake.lastOfTrail` does, and the records that follow: by the first intake that takes trails */
  lastOfTrail(node: string): Promise<Result<{ place: number; body: Uint8Array } | null>>
  publishTrail(publication: Publication): Promise<Result<{ sequence: number }>>
  dispose(): Promise<void>
}

export interface LinksOptions {
  /** the intakes are others from now on, by these names */
  expected: (names: readonly string[]) => void
  start: (address: Address) => Intake
  /** where there is no intake at all */
  offline: () => Connection
}

/** A link's states, the worst first. Where one is told for all links, it is the worst that any of them is in. */
const order: readonly Connection['state'][] = ['refused', 'waiting', 'connecting', 'offline', 'live']
const byWorst = (a: Connection, b: Connection): number => order.indexOf(a.state) - order.indexOf(b.state)

export function createLinks({ expected, start, offline }: LinksOptions): Links {
  let intakes: { name: string; intake: Intake }[] = []
  let disposed = false
  /** as it was said last: it may come before those whom it is about */
  let terms: TrustTerms | null = null
  /** the change that is under way, and those that wait for it */
  let turn = Promise.resolve()

  const end = async (): Promise<void> => {
    await Promise.all(intakes.map(({ intake }) => intake.dispose()))
    intakes = []
  }
  const named = (intake: string): Intake | undefined => intakes.find(({ name }) => name === intake)?.intake
  const ofTrails = (): Intake | undefined => intakes.find(({ intake }) => intake.lastOfTrail)?.intake
  const nowhere = <T>(): Promise<Result<T>> =>
    Promise.resolve(fail('platform.unreachable', 'there is no intake that takes a trail'))
  const withoutStore = (intake: string): Promise<Result<null>> =>
    Promise.resolve(fail('document.no-store', 'it has no files', intake))
  const all = (): Link[] => intakes.map(({ name, intake }) => ({ intake: name, connection: intake.link() }))

  return {
    connect(addresses) {
      const changed = turn.then(end).then(() => {
        if (disposed) return
        expected(addresses.map(({ intake }) => intake))
        intakes = addresses.map((address) => ({ name: address.intake, intake: start(address) }))
        if (terms !== null) for (const { intake } of intakes) intake.trust?.(terms)
      })
      turn = changed.catch(() => undefined)
      return changed
    },
    async look(node, asked) {
      for (const { intake } of intakes) if (intake.look) return intake.look(node, asked)
      return fail('wall.unanswered', 'there is no intake that reaches other nodes', node)
    },
    all,
    worst: () =>
      all()
        .map(({ connection }) => connection)
        .sort(byWorst)[0] ?? offline(),
    trust(next) {
      terms = next
      for (const { intake } of intakes) intake.trust?.(next)
    },
    isLive: (intake) => named(intake)?.link().state === 'live',
    publish: (intake, publication) =>
      named(intake)?.publish?.(publication) ??
      Promise.resolve(fail('platform.unreachable', 'nothing can be told by it', intake)),
    mayNotWrite: (intake, product, entities) =>
      named(intake)?.mayNotWrite?.(product, entities) ?? Promise.resolve(null),
    putObject: (intake, object) => named(intake)?.putObject?.(object) ?? withoutStore(intake),
    getObject: (intake, wanted, take) => named(intake)?.getObject?.(wanted, take) ?? withoutStore(intake),
    lastOfTrail: (node) => ofTrails()?.lastOfTrail?.(node) ?? nowhere(),
    publishTrail: (publication) => ofTrails()?.publish?.(publication) ?? nowhere(),
    dispose() {
      disposed = true
      return turn.then(end)
    },
  }
}
