import { actIds, rowOf } from '../../preload/contract/act.ts'
import { deliveriesOf, type DeliveryType } from '../../preload/contract/document.ts'
import { linesOf } from '../../preload/contract/line.ts'
import { lookedSubject, lookSubject, tokenOf, type Place } from '../../preload/contract/place.ts'
import { streamOf, subjectsOf, type ProductName } from '../../preload/contract/product.ts'
import { inboxOfUser } from '../identity/inbox.ts'
import type { ServerUser } from './server.ts'

const catalog = 'KV_catalog'
const shared = 'KV_shared'
const files = 'OBJ_documents'

/** What a node asks of a stream that it reads: its state, a consumer by name, messages, and the consumer's end. */
const readingOf = (stream: string): string[] => [
  `$JS.API.STREAM.INFO.${stream}`,
  `$JS.API.CONSUMER.CREATE.${stream}.>`,
  `$JS.API.CONSUMER.MSG.NEXT.${stream}.*`,
  `$JS.API.CONSUMER.DELETE.${stream}.*`,
]

/** A bucket is pushed: no messages are asked for, and the server is told that they came (flow control). */
const watching = (bucket: string): string[] => [
  `$JS.API.STREAM.INFO.${bucket}`,
  `$JS.API.CONSUMER.CREATE.${bucket}.>`,
  `$JS.API.CONSUMER.DELETE.${bucket}.*`,
  `$JS.FC.${bucket}.>`,
]

/** What people share: watched, and one asked for by its name. */
const sharing = [...watching(shared), `$JS.API.DIRECT.GET.${shared}.$KV.shared.>`]

/**
 * What a node writes of what people share: its own organisation's, of any kind.
 * @param place null: whichever organisation's
 */
export const savesOf = (place: Pick<Place, 'organisation'> | null): string =>
  `$KV.shared.*.${place === null ? '*' : tokenOf(place.organisation)}.*`

/**
 * A node's own trail: it adds to it, and asks which record is the last there. Nobody else's.
 * @param place null: whatever it is called
 */
export const trailOf = (place: Pick<Place, 'node'> | null): string[] => {
  const own = `audit.${place === null ? '*' : tokenOf(place.node)}`
  return [own, `$JS.API.DIRECT.GET.AUDIT.${own}`]
}

/**
 * The acts that a node writes: about its own wall, about itself and no other node, and answers to any alarm.
 * @param place null: whichever wall it hangs at
 * @param refused what they are about, by its first token, that it may not write
 */
export const actsOf = (acts: ProductName, place: Place | null, refused: readonly string[] = []): string[] => {
  const shared = actIds.map(rowOf).filter((row) => row.shared !== null)
  const written = shared.filter(({ about }) => !refused.includes(about.token))
  return [...new Set(written.map(({ about }) => `dp.${acts}.${about.all(place)}`))]
}

/** The lines of the log that a node writes: its own. @param place null: of any node */
export const entersOf = (log: ProductName, place: Place | null): string => `dp.${log}.${linesOf(place)}`

/** What a node delivers of a type: its own documents, or its own syntheses. @param place null: of any node */
export const deliversOf = (type: DeliveryType, product: ProductName, place: Place | null): string =>
  `dp.${product}.${deliveriesOf(type, place)}`

/** Files are found by their names and read in parts. */
const readingFiles = [...readingOf(files), `$JS.API.DIRECT.GET.${files}.$O.documents.>`]
/**
 * … and added to them. Parts have names that nobody knows before, so rights can't tell one node's files from another's:
 * which file an event means, its digest says.
 */
export const addingFiles = ['$O.documents.C.*', '$O.documents.M.*']

/**
 * Looks at other nodes' screens: a node asks and answers all of its wall, and only itself hears what it is asked and
 * answered.
 * @param place null: whichever wall it hangs at, and whatever it is called
 */
export const looksOf = (place: Place | null): { writes: string[]; hears: string[] } => {
  if (place === null) {
    const any = ['wall.*.*.*.look', 'wall.*.*.*.looked']
    return { writes: any, hears: any }
  }
  const ofAnyNode = (subject: string): string => subject.replace(/[^.]+(?=\.\w+$)/, '*')
  const own = [lookSubject(place), lookedSubject(place)]
  return { writes: own.map(ofAnyNode), hears: own }
}

/**
 * A node as the server knows it, with the least that it needs: it reads the permitted products and the catalog, it is
 * answered in its own inbox, and it writes what its organisation shares and its acts. The server knows wildcards only for
 * whole tokens, so every stream is named.
 * @param writes the subjects of what it saves, of its acts, and of what it asks and answers other nodes
 * @param hears where other nodes ask and answer it
 */
export const nodeUser = (
  user: string,
  products: {
    permitted: readonly ProductName[]
    refused: readonly ProductName[]
    writes: readonly string[]
    hears?: readonly string[]
  },
): ServerUser => ({
  user,
  permissions: {
    publish: {
      allow: [
        '$JS.API.INFO',
        ...watching(catalog),
        ...sharing,
        ...readingFiles,
        ...products.permitted.map(streamOf).flatMap(readingOf),
        ...products.writes,
      ],
      // Nothing allows these; said once more, so that a wider allow line can't open them unseen.
      deny: products.refused.flatMap((product) => [
        `$JS.API.*.*.${streamOf(product)}`,
        `$JS.API.*.*.${streamOf(product)}.>`,
        `$JS.API.*.*.*.${streamOf(product)}`,
        `$JS.API.*.*.*.${streamOf(product)}.>`,
        subjectsOf(product),
      ]),
    },
    subscribe: {
      allow: [`${inboxOfUser(user)}.>`, ...(products.hears ?? [])],
      deny: products.refused.map(subjectsOf),
    },
  },
})
