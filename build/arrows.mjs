// @ts-check
// Which room of the house may import which: the table of the architecture as lint rules.
import importX from 'eslint-plugin-import-x'

/** @type {Record<string, string[]>} each room and the rooms it may import, itself aside */
export const rooms = {
  'preload/contract': [],
  // its own files are its table of contents and what goes through several rooms: the rooms below know none of them
  'main/engine': ['preload/contract', ...trust('terms', 'chain', 'ocsp')],
  'main/engine/event': ['preload/contract'],
  'main/engine/time': ['preload/contract'],
  // whom it connects to is judged by what judges our own certificate, too
  'main/engine/intake': ['preload/contract', ...trust('terms', 'chain', 'ocsp'), ...engine('event', 'time')],
  'main/engine/check': ['preload/contract', ...engine('event')],
  'main/engine/cache': ['preload/contract', ...engine('event')],
  'main/engine/shared': [
    'preload/contract',
    ...engine('cache/database.ts', 'cache/reader.ts', 'cache/shared.ts', 'cache/outbox.ts'),
    ...engine('intake/intake.ts', 'intake/sharing.ts'),
  ],
  'main/engine/picture': [
    'preload/contract',
    ...engine('event', 'cache/held.ts', 'cache/reader.ts', 'cache/state.ts', 'cache/checkpoint.ts'),
  ],
  // it reads the picture and the outbox; events reach it, and leave it, through what puts the rooms together
  'main/engine/acts': ['preload/contract', ...engine('event', 'cache/outbox.ts', 'picture/table.ts')],
  'main/engine/derive': ['preload/contract', ...engine('event')],
  'main/engine/windows': ['preload/contract', ...engine('event', 'picture', 'cache/held.ts')],
  'main/identity': ['preload/contract'],
  'main/policy': ['preload/contract', 'main/identity'],
  // its database is opened as the cache is
  'main/trail': ['preload/contract', 'main/identity', ...engine('cache/database.ts', 'cache/reader.ts')],
  // it is drafted from what the cache holds, signed and judged as a policy is, and stamped as the trail is
  'main/report': [
    'preload/contract',
    'main/identity',
    'main/policy/asn1-bounds.ts',
    'main/policy/signature.ts',
    'main/trail/stamp.ts',
    'main/trail/issued.ts',
    ...engine('event', 'cache'),
  ],
  // what leaves as a file for other programs is read as it is kept
  'main/open-data': ['preload/contract', ...engine('event', 'cache', 'picture/record.ts')],
  'main/health': ['preload/contract', 'main/identity/certificate-facts.ts'],
  // what a window and the commands do alike for whoever sets a node up
  'main/provisioning': [
    'preload/contract',
    'main/engine/cache',
    // a platform is signed in at as the intake does, for whoever sets a node up
    ...engine('intake/nats/cause.ts', 'intake/nats/verdict.ts'),
    ...engine('intake/nats/secure.ts', 'intake/nats/transport.ts'),
    'main/identity',
    'main/health',
    'main/policy',
    'main/trail',
  ],
  'main/wall': ['preload/contract', 'main/policy'],
  'main/trust': ['preload/contract'],
  'main/windows': ['preload/contract', 'main/trust'],
  'main/run': ['preload/contract'],
  'main/exercise': ['preload/contract', 'main/identity'],
  // without a window, and so without the rooms that make one
  'main/commands': [
    'preload/contract',
    'main/engine/cache',
    'main/identity',
    'main/health',
    'main/policy',
    'main/trail',
    'main/provisioning',
    'main/report',
    'main/open-data',
    'main/wall/language.ts',
  ],
  'renderer/wall': [
    'preload/contract',
    'preload/wall.ts',
    ...shared('link', 'speech', 'kit', 'map', 'document', 'board', 'report'),
  ],
  'renderer/desk': [
    'preload/contract',
    'preload/desk.ts',
    ...shared('link', 'speech', 'kit', 'map', 'document', 'board', 'report'),
  ],
  'renderer/provisioning': [
    'preload/contract',
    'preload/provisioning.ts',
    ...shared('link', 'speech', 'kit'),
  ],
  // nothing is shown in it
  'renderer/card': ['preload/contract'],
  // The shared pieces stand on each other in this order, and never the other way round.
  'renderer/link': ['preload/contract'],
  'renderer/speech': ['preload/contract'],
  'renderer/kit': ['preload/contract', ...shared('link', 'speech')],
  'renderer/map': ['preload/contract', ...shared('link', 'speech', 'kit')],
  'renderer/document': ['preload/contract', ...shared('link', 'speech', 'kit')],
  'renderer/board': ['preload/contract', ...shared('link', 'speech', 'kit', 'map', 'document')],
  'renderer/report': ['preload/contract', ...shared('link', 'speech', 'kit', 'map', 'board')],
  build: [],
}

/** Files that lie directly in a folder whose subfolders are rooms. @type {Record<string, string[]>} */
export const composition = {
  // the composition knows all of main
  'main/*': ['main', 'preload/contract'],
  'preload/*': ['preload'],
}

/** Rooms that run where there is no Electron, or only a page. */
const withoutElectron = [
  'preload/contract',
  'main/engine',
  'main/identity',
  'main/policy',
  'main/trail',
  'main/report',
  'main/open-data',
  'main/health',
  'main/provisioning',
  'main/commands',
  'main/exercise',
  'renderer',
]
const withoutNode = ['preload/contract', 'renderer']

/** @param {string[]} names */
function shared(...names) {
  return names.map((name) => `renderer/${name}`)
}

/** @param {string[]} names */
function engine(...names) {
  return names.map((name) => `main/engine/${name}`)
}

/** @param {string[]} names */
function trust(...names) {
  return names.map((name) => `main/identity/trust/${name}.ts`)
}

const sources = '**/*.{ts,svelte,mjs,js}'

/**
 * @param {string} target
 * @param {string[]} allowed
 */
const zone = (target, allowed) => ({
  target: `./${target}`,
  from: '.',
  except: [...allowed, 'resources', 'node_modules'].map((path) => `./${path}`),
  message: `${target} may import ${allowed.length === 0 ? 'nothing of the other rooms' : allowed.join(', ')}.`,
})

/** @param {string} root the repository @returns {import('eslint').Linter.Config[]} */
export const arrows = (root) => [
  {
    name: 'arrows between rooms',
    files: [sources],
    plugins: { 'import-x': /** @type {import('eslint').ESLint.Plugin} */ (/** @type {unknown} */ (importX)) },
    settings: {
      'import-x/resolver-next': [
        importX.createNodeResolver({ extensions: ['.ts', '.mjs', '.js', '.svelte'] }),
      ],
    },
    rules: {
      'import-x/no-restricted-paths': [
        'error',
        {
          basePath: root,
          zones: [
            ...Object.entries(rooms).map(([room, allowed]) => zone(room, [room, ...allowed])),
            ...Object.entries(composition).map(([files, allowed]) => zone(files, allowed)),
          ],
        },
      ],
    },
  },
  {
    name: 'rooms without Electron',
    files: withoutElectron.map((room) => `${room}/${sources}`),
    rules: {
      'no-restricted-imports': ['error', { paths: ['electron', 'electron/main', 'electron/renderer'] }],
    },
  },
  {
    name: 'rooms without Node',
    files: withoutNode.map((room) => `${room}/${sources}`),
    rules: {
      'no-restricted-imports': ['error', { paths: ['electron'], patterns: ['node:*', 'electron/*'] }],
    },
  },
]
