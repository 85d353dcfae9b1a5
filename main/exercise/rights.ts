import { streamOf, subjectsOf, type ProductName } from '../../preload/contract/product.ts'
import { inboxOfUser } from '../identity/inbox.ts'
import type { ServerUser } from './server.ts'

const catalog = 'KV_catalog'

/** What a node asks of a stream that it reads: its state, a consumer by name, messages, and the consumer's end. */
const readingOf = (stream: string): string[] => [
  `$JS.API.STREAM.INFO.${stream}`,
  `$JS.API.CONSUMER.CREATE.${stream}.>`,
  `$JS.API.CONSUMER.MSG.NEXT.${stream}.*`,
  `$JS.API.CONSUMER.DELETE.${stream}.*`,
]

/** The catalog is pushed: no messages are asked for, and the server is told that they came (flow control). */
const watching = [
  `$JS.API.STREAM.INFO.${catalog}`,
  `$JS.API.CONSUMER.CREATE.${catalog}.>`,
  `$JS.API.CONSUMER.DELETE.${catalog}.*`,
  `$JS.FC.${catalog}.>`,
]

/**
 * A node as the server knows it, with the least that it needs: it reads the permitted products and the catalog, it is
 * answered in its own inbox, and it writes nothing. The server knows wildcards only for whole tokens, so every stream
 * is named.
 */
export const nodeUser = (
  user: string,
  products: { permitted: readonly ProductName[]; refused: readonly ProductName[] },
): ServerUser => ({
  user,
  permissions: {
    publish: {
      allow: ['$JS.API.INFO', ...watching, ...products.permitted.map(streamOf).flatMap(readingOf)],
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
      allow: [`${inboxOfUser(user)}.>`],
      deny: products.refused.map(subjectsOf),
    },
  },
})
