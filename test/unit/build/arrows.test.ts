import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readdirSync, statSync } from 'node:fs'
import { ESLint } from 'eslint'
import svelte from 'eslint-plugin-svelte'
import typescript from 'typescript-eslint'
import { describe, expect, test } from 'vitest'
import { arrows, rooms } from '../../../build/arrows.mjs'

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))))
const eslint = new ESLint({
  cwd: root,
  overrideConfigFile: true,
  overrideConfig: [
    { files: ['**/*.{ts,mjs}'], languageOptions: { parser: typescript.parser } },
    ...svelte.configs['flat/base'],
    ...arrows(root),
  ],
})

/** What the rules say of a file in `from` with this code. */
async function reported(from: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: join(root, from) })
  return (result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message)
}

/** Imports of every way a file can be reached. */
const ways = (from: string, to: string) => {
  const path = relative(dirname(from), to)
  const written = path.startsWith('.') ? path : `./${path}`
  return [
    `import '${written}'\n`,
    `import type { X } from '${written}'\nexport type Y = X\n`,
    `export * from '${written}'\n`,
    `export const later = import('${written}')\n`,
  ]
}

const within = (room: string, allowed: readonly string[]) =>
  allowed.some((other) => other === room || room.startsWith(`${other}/`))

/** Any source of a room that is there, besides those that somebody may import by name. */
function sourceOf(room: string, besides: readonly string[] = []): string | undefined {
  try {
    if (statSync(join(root, room)).isFile()) return room
  } catch {
    return undefined
  }
  const name = readdirSync(join(root, room), { recursive: true, encoding: 'utf8' }).find(
    (file) => /\.(ts|mjs)$/.test(file) && !besides.some((path) => within(join(room, file), [path])),
  )
  return name === undefined ? undefined : join(room, name)
}

const names = Object.keys(rooms)
const there = names.filter((room) => sourceOf(room) !== undefined)

describe.each(there)('from %s', (from) => {
  const file = join(from, 'a-file-of-this-test.ts')
  const allowed = [from, ...(rooms[from] ?? [])]
  const others = [...there, 'main/index.ts', 'preload/wall.ts', 'preload/desk.ts', 'test/bench/row.ts']

  test.each(others.filter((to) => !within(to, allowed)))('an import of %s is reported', async (to) => {
    for (const code of ways(file, sourceOf(to, rooms[from]) ?? '')) {
      expect(await reported(file, code), code).toContain('import-x/no-restricted-paths')
    }
  })

  test.each(others.filter((to) => within(to, allowed)))('an import of %s is not', async (to) => {
    for (const code of ways(file, sourceOf(to) ?? '')) expect(await reported(file, code), code).toEqual([])
  })
})

test('a component is held to the same arrows', async () => {
  const code = `<script lang="ts">\nimport '../../main/index.ts'\n</script>\n`
  expect(await reported('renderer/wall/Another.svelte', code)).toContain('import-x/no-restricted-paths')
})

test('the composition of main reaches all of main and nothing of the windows', async () => {
  expect(await reported('main/another.ts', `import './engine/index.ts'\n`)).toEqual([])
  expect(await reported('main/another.ts', `import '../renderer/wall/wall.ts'\n`)).toEqual([
    'import-x/no-restricted-paths',
  ])
})

test('the engine and the contract know no Electron, and a window knows no Node', async () => {
  for (const room of ['main/engine', 'preload/contract', 'renderer/map']) {
    expect(await reported(`${room}/another.ts`, `import { app } from 'electron'\nvoid app\n`), room).toEqual([
      'no-restricted-imports',
    ])
  }
  for (const room of ['preload/contract', 'renderer/desk']) {
    expect(await reported(`${room}/another.ts`, `import 'node:fs'\n`), room).toEqual([
      'no-restricted-imports',
    ])
  }
})

test('a room of the engine knows its neighbours and not what puts them together', async () => {
  const engine = join(root, 'main/engine')
  const folders = readdirSync(engine, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  for (const { name } of folders) {
    expect(names).toContain(`main/engine/${name}`)
    expect(await reported(`main/engine/${name}/another.ts`, `import '../engine.ts'\n`), name).toEqual([
      'import-x/no-restricted-paths',
    ])
  }
  expect(await reported('main/engine/another.ts', `import './cache/commit.ts'\n`)).toEqual([])
})

test('who makes the picture reads the cache and writes nothing into it', async () => {
  for (const file of ['commit', 'cache', 'retention', 'take-checkpoint', 'database'])
    expect(await reported('main/engine/picture/another.ts', `import '../cache/${file}.ts'\n`), file).toEqual([
      'import-x/no-restricted-paths',
    ])
  for (const file of ['held', 'state', 'checkpoint', 'reader'])
    expect(await reported('main/engine/picture/another.ts', `import '../cache/${file}.ts'\n`), file).toEqual(
      [],
    )
})
