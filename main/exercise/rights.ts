import { streamOf, subjectsOf, type ProductName } from '../../preload/contract/product.ts'
import type { Permissions } from './server.ts'

/** All that the JetStream API lets a reader do with one stream; no more: no purge, no delete, no update. */
const readingOf = (stream: string): string[] => [
  `$JS.API.STREAM.INFO.${stream}`,
  `$JS.API.STREAM.MSG.GET.${stream}`,
  `$JS.API.DIRECT.GET.${stream}`,
  `$JS.API.DIRECT.GET.${stream}.>`,
  `$JS.API.CONSUMER.CREATE.${stream}`,
  `$JS.API.CONSUMER.CREATE.${stream}.>`,
  `$JS.API.CONSUMER.INFO.${stream}.*`,
  `$JS.API.CONSUMER.DELETE.${stream}.*`,
  `$JS.API.CONSUMER.MSG.NEXT.${stream}.*`,
  `$JS.API.CONSUMER.NAMES.${stream}`,
  `$JS.ACK.${stream}.>`,
  `$JS.FC.${stream}.>`,
]

/**
 * What a wall may: read the permitted products, the catalog and the documents; read and write the walls' state;
 * add to its own trail. The server knows wildcards only for whole tokens, so every stream is named.
 */
export const wallPermissions = (options: {
  permitted: readonly ProductName[]
  refused: readonly ProductName[]
  node: string
}): Permissions => {
  const streams = [...options.permitted.map(streamOf), 'KV_catalog', 'KV_walls', 'OBJ_documents']
  return {
    publish: {
      allow: [
        '$JS.API.INFO',
        '$JS.API.STREAM.NAMES',
        ...streams.flatMap(readingOf),
        '$KV.walls.>',
        `audit.${options.node}`,
      ],
      // Nothing allows these; said once more, so that a wider allow line can't open them unseen.
      deny: options.refused.flatMap((product) => [...readingOf(streamOf(product)), subjectsOf(product)]),
    },
    subscribe: {
      allow: ['_INBOX.>', '$KV.catalog.>', '$KV.walls.>', ...options.permitted.map(subjectsOf)],
      deny: options.refused.map(subjectsOf),
    },
  }
}
