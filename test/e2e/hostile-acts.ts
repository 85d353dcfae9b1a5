/** Acts that are none: of an unknown kind, with a hostile input, of another wall, from nobody, again and again. */
import type { Message } from '../../main/exercise/message.ts'
import { message } from '../platform/product.ts'
import { acts } from './two-nodes.ts'

const by = { person: null, function: null, node: 'poste-08', automation: null }
const body = (act: string, input: unknown, more: object = {}) =>
  ({ act, input, by, moment: { live: true }, after: null, ...more }) as never

let count = 0
const said = (entity: string, content: unknown, more: Partial<Message> = {}): Message =>
  message(acts, 'act', ++count, { entity, id: `hostile-${count}`, body: content as never, ...more })

const wall = 'cncs.salle-de-crise'
const screen = `screen.${wall}.4`

export const hostileActs: readonly Message[] = [
  // unknown, or none at all
  said(screen, body('erase-all', { screen: 4 })),
  said(screen, body('__proto__', { screen: 4 })),
  said(screen, body('constructor', {})),
  said(screen, null),
  said(screen, []),
  said(screen, 'show-scene'),
  said(screen, {}),
  // a hostile input
  said(screen, body('show-scene', { screen: 4, scene: 'x'.repeat(100_000) })),
  said(screen, body('show-scene', { screen: '4', scene: 'log' })),
  said(screen, body('show-scene', { screen: 4, scene: ['log'] })),
  said(screen, body('show-scene', { screen: -1, scene: 'log' })),
  said(screen, body('show-scene', { screen: 4, scene: 'log', more: { deep: [[[[[[[[]]]]]]]] } })),
  said(screen, body('show-scene', null)),
  said(screen, body('show-scene', { screen: 4, scene: 'log' }, { by: null })),
  said(screen, body('show-scene', { screen: 4, scene: 'log' }, { by: { ...by, node: '' } })),
  said(screen, body('show-scene', { screen: 4, scene: 'log' }, { after: -1 })),
  said(screen, body('show-scene', { screen: 4, scene: 'log' }, { after: 1e300 })),
  // about something else than it says, or about what is not there
  said(screen, body('show-scene', { screen: 3, scene: 'log' })),
  said(`blank.${wall}`, body('show-scene', { screen: 4, scene: 'log' })),
  said(screen, body('blank', {})),
  said(`screen.${wall}.64`, body('show-scene', { screen: 64, scene: 'log' })),
  said(`screen.${wall}.5`, body('show-scene', { screen: 5, scene: '../../etc/passwd' })),
  // a node's own affair
  said(`node.${wall}.poste-08`, body('set-language', { language: 'en' })),
  said(`node.${wall}.poste-07`, body('present', { screens: [] })),
  // another wall of the same name
  said('blank.prefecture.salle-de-crise', body('blank', {})),
  said('screen.prefecture.salle-de-crise.4', body('show-scene', { screen: 4, scene: 'log' })),
  // from another time
  said(`screen.${wall}.9`, body('show-scene', { screen: 9, scene: 'log' }), { time: 0 }),
  said(`screen.${wall}.9`, body('show-scene', { screen: 9, scene: 'log' }), { time: 4e12 }),
  // of no type that an act has
  said(screen, body('show-scene', { screen: 4, scene: 'log' }), { type: 'vigie.note.v1' }),
  // again and again
  ...Array.from({ length: 1000 }, () =>
    said(`screen.${wall}.10`, body('show-scene', { screen: 10, scene: 'log' })),
  ),
]
