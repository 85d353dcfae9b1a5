/** The tables of rooms that people read name the rooms that the lint rules know. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { composition, rooms } from '../../../build/arrows.mjs'

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))))

/** What stands in the first column of the table whose head begins so; a cell may name several. */
async function namedIn(file: string, head: string): Promise<string[]> {
  const lines = (await readFile(join(root, file), 'utf8')).split('\n')
  const from = lines.findIndex((line) => line.startsWith(`| ${head} `))
  expect(from, `${file} has a table of each ${head}`).toBeGreaterThan(0)
  const rows = lines.slice(from + 2)
  const to = rows.findIndex((line) => !line.startsWith('|'))
  return rows
    .slice(0, to < 0 ? undefined : to)
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name))
}

const there = Object.keys(rooms).filter((room) => existsSync(join(root, room)))
const ofEngine = (room: string): boolean => room.startsWith('main/engine/')
const missing = (all: readonly string[], from: readonly string[]): string[] =>
  all.filter((one) => !from.includes(one))

/** What tools, and people who come to it, demand at the root. */
const atRoot = [
  'CONTRIBUTING.md',
  'LICENSE',
  'README.md',
  'package-lock.json',
  'package.json',
  'tsconfig.json',
]

test('no file lies at the root but those that tools demand, and what is made there', () => {
  const made = readFileSync(join(root, '.gitignore'), 'utf8').split('\n')
  const found = readdirSync(root, { withFileTypes: true })
    .filter((one) => one.isFile())
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('.') && !name.endsWith('.log') && !made.includes(name))
  expect(found.sort()).toEqual([...atRoot].sort())
})

describe('the house’s table', async () => {
  const named = await namedIn('main/README.md', 'folder')
  const held = there.filter((room) => room !== 'build' && !ofEngine(room))

  test('names every room that is there', () => {
    expect(missing(held, named)).toEqual([])
  })
  test('names nothing but rooms, and the folders whose own files put them together', () => {
    const together = Object.keys(composition).flatMap((files) => [files.replace('/*', ''), `${files}.ts`])
    expect(missing(named, [...held, ...together])).toEqual([])
  })
})

test('the engine’s table names every room of the engine that is there, and nothing else', async () => {
  const named = await namedIn('main/engine/README.md', 'room')
  expect(named.map((name) => `main/engine/${name.replace(/\/$/, '')}`).sort()).toEqual(
    there.filter(ofEngine).sort(),
  )
})
