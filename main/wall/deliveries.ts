/**
 * Files that leave this node with the event that tells of them: main holds their marking against what this desk may show,
 * and hands them to the engine, which keeps them before it answers.
 */
import { createHash } from 'node:crypto'
import type { Author } from '../../preload/contract/author.ts'
import {
  deliveryTypes,
  documentEntity,
  objectOf,
  type DeliveriesTold,
  type DeliveredFile,
  type Delivery,
  type DeliveryType,
  type DeskDeliveries,
  type DocumentInput,
  type EventFile,
} from '../../preload/contract/document.ts'
import { observationsProduct } from '../../preload/contract/form.ts'
import { rankOf } from '../../preload/contract/marking.ts'
import type { Place } from '../../preload/contract/place.ts'
import type { ProductName } from '../../preload/contract/product.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { oneLine } from '../../preload/contract/text.ts'
import type { Policy } from '../policy/policy.ts'

/** Where they go: the engine. */
export interface DeliveriesOutlet {
  /** once, however often it is said. @returns once it is kept */
  deliver(delivery: Delivery): Promise<Result<null>>
  /** @returns false: it may be there already */
  withdraw(id: string): Promise<boolean>
}

export interface DeliveriesParts {
  place: Place
  newId: () => string
  /** ms since 1970 */
  now: () => number
  policy: () => Pick<Policy, 'scheme' | 'deskCeiling' | 'documents' | 'reports'>
  /** null until there is an engine */
  outlet: () => DeliveriesOutlet | null
  /** what the desk is told is another */
  changed: (deliveries: DeskDeliveries[]) => void
}

export interface Deliveries {
  /** the product that what is of this type goes to */
  productOf(type: DeliveryType): ProductName
  /** ids of the levels that what is of this type may have here, the lowest first */
  markings(type: DeliveryType): string[]
  /** @returns once it is kept, whatever ends; said again with the same id it is the same */
  deliver(delivery: Delivery): Promise<Result<null>>
  /** a file as a document, in the name of who adds it. @returns its entity, once it is kept */
  add(input: DocumentInput, author: Author): Promise<Result<{ entity: string }>>
  has(id: string): boolean
  withdraw(id: string): Promise<Result<undefined>>
  told(told: DeliveriesTold): void
  tell(): DeskDeliveries[]
}

const digestOf = (bytes: Uint8Array): string =>
  `SHA-256=${createHash('sha256').update(bytes).digest('base64url')}=`

/** A file as the event tells of it. */
export const eventFileOf = ({ object, mediaType, bytes }: DeliveredFile): EventFile => ({
  ...{ object, mediaType, size: bytes.length },
  digest: digestOf(bytes),
})

export function createDeliveries({
  place,
  policy,
  outlet,
  newId,
  now,
  changed,
}: DeliveriesParts): Deliveries {
  const productOf = (type: DeliveryType): ProductName =>
    type === 'vigie.document.v1'
      ? policy().documents
      : type === 'vigie.report.v1'
        ? policy().reports
        : observationsProduct
  const all = new Map<DeliveryType, DeliveriesTold>()
  /** what no engine has answered for in time, and may be kept: said again, it is the same document */
  let unanswered: { said: string; id: string; at: number } | null = null
  const nowOf = (type: DeliveryType): DeliveriesTold =>
    all.get(type) ?? { type, product: productOf(type), access: 'unknown', marking: null, waiting: [] }

  const markings = (type: DeliveryType): string[] => {
    const { scheme, deskCeiling } = policy()
    const { marking } = nowOf(type)
    const most = marking === null ? -1 : Math.min(deskCeiling, rankOf(scheme, marking))
    return scheme.levels.slice(0, most + 1).map(({ id }) => id)
  }
  const tellOf = (type: DeliveryType): DeskDeliveries => {
    const { scheme, deskCeiling } = policy()
    const now = nowOf(type)
    // what is marked above a desk is not there for it
    if (now.marking !== null && rankOf(scheme, now.marking) > deskCeiling)
      return { ...now, access: 'absent', marking: null, waiting: [], markings: [] }
    const waiting = now.waiting.filter(({ marking }) => rankOf(scheme, marking) <= deskCeiling)
    return { ...now, waiting, markings: markings(type) }
  }
  const tell = (): DeskDeliveries[] => deliveryTypes.map(tellOf)

  const deliver = async (delivery: Delivery): Promise<Result<null>> => {
    const { type, product, marking } = delivery
    const { access } = tellOf(type)
    if (access === 'absent')
      return fail('delivery.absent', 'the platform has no such product', productOf(type))
    if (access === 'refused') return fail('act.refused', 'this node may not write there', product)
    if (!markings(type).includes(marking))
      return fail('delivery.above', 'what goes there may not be marked so here', marking)
    return (
      outlet()?.deliver(delivery) ??
      Promise.resolve(fail<null>('engine.stopped', 'no engine is ready', product))
    )
  }

  return {
    productOf,
    markings,
    deliver,
    async add({ name: given, owner, marking, file: called, mediaType, bytes }, by) {
      const name = oneLine(given, 200).trim()
      const product = productOf('vigie.document.v1')
      if (name === '') return fail('delivery.invalid', 'nothing of its name can be read', product)
      const said = JSON.stringify([name, owner, marking, called, mediaType, digestOf(bytes), by])
      const { id, at } = unanswered?.said === said ? unanswered : { id: newId(), at: now() }
      const entity = documentEntity(place, id)
      const file = { object: objectOf(id, called), mediaType, bytes }
      const delivered = await deliver({
        ...{ id, product, entity, type: 'vigie.document.v1', marking, event: at, at },
        body: { name, owner: oneLine(owner, 200).trim(), by, ...eventFileOf(file) },
        files: [file],
      })
      unanswered = !delivered.ok && delivered.error.code === 'engine.stopped' ? { said, id, at } : null
      return delivered.ok ? ok({ entity }) : delivered
    },
    has: (id) => [...all.values()].some(({ waiting }) => waiting.some((each) => each.id === id)),
    async withdraw(id) {
      const gone = await outlet()?.withdraw(id)
      return gone === true ? ok(undefined) : fail('delivery.sent', 'it may be there already', id)
    },
    told(told) {
      all.set(told.type, told)
      changed(tell())
    },
    tell,
  }
}
