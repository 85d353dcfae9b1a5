import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { loadPolicy } from '../../platform/load-policy.ts'
import { readYamlText } from '../../../preload/contract/yaml-text.ts'
import { loadScenes } from '../../../main/wall/scenes.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-yaml-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const read = (text: string) => readYamlText(text, v.unknown(), 'file.yaml', 'scene.invalid')
const times = 100_000
const chain = (length: number) =>
  Array.from({ length }, (_, n) => `k${n}: &a${n} [${n === 0 ? 1 : `*a${n - 1}`}]`).join('\n')

describe('YAML that nobody wrote by hand', () => {
  it.each([
    ['lists in lists', '['.repeat(times)],
    ['lists in lists that end', '['.repeat(times) + ']'.repeat(times)],
    ['maps in maps', '{a: '.repeat(times)],
    ['maps as keys', '{'.repeat(times)],
    ['dashes on a line', '- '.repeat(times)],
    ['questions on a line', '? '.repeat(times)],
    ['dashes on lines', Array.from({ length: 1000 }, (_, n) => `${' '.repeat(n)}-`).join('\n')],
    ['keys on lines', Array.from({ length: 1000 }, (_, n) => `${' '.repeat(n)}a:`).join('\n')],
    ['all kinds of nesting', '- ? [{'.repeat(times)],
    ['nesting after something sound', `node: p\nscreens: ${'['.repeat(times)}`],
  ])('%s is refused with its place', (_what, text) => {
    expect(read(text)).toMatchObject({
      ok: false,
      error: { code: 'scene.invalid', subject: expect.stringMatching(/^file\.yaml:\d+:\d+$/) as string },
    })
  })

  it('is refused at the line and column where it is too much', () => {
    const problem = read(`node: p\nscreens: ${'['.repeat(times)}`)
    expect(problem).toMatchObject({
      error: { message: expect.stringMatching(/^line 2, column [34]\d: /) as string },
    })
  })

  it.each([
    ['anchors in a row', '&a '.repeat(times)],
    ['anchors in a list', `[${'&a x, '.repeat(times)}]`],
    ['aliases without end', `- &a x\n${'- *a\n'.repeat(times)}`],
    ['aliases of aliases', chain(20_000)],
    ['tags in a row', '!a '.repeat(times)],
    ['documents in a row', '---\n'.repeat(times)],
  ])('%s is refused', (_what, text) => {
    expect(read(text)).toMatchObject({ ok: false, error: { code: 'scene.invalid' } })
  })

  it('a key that is there twice is refused where it is the second time, however many there are', () => {
    expect(read('a: 1\nb: { c: 1, d: 2, c: 3 }')).toMatchObject({
      error: { message: 'line 2, column 18: a key is there twice', subject: 'file.yaml:2:18' },
    })
    expect(read('a: 1\n"a": 2')).toMatchObject({ ok: false })
    const many = Array.from({ length: times }, (_, n) => `k${n}: 1`)
    // each compared with all before it: that would be minutes
    expect(read(many.join('\n'))).toMatchObject({ ok: true })
    expect(read([...many, 'k7: 1'].join('\n'))).toMatchObject({ ok: false })
  })

  it('is as deep as any scene is, and deeper', () => {
    expect(read('a: [{ b: [[[[[[1]]]]]] }]')).toMatchObject({ ok: true })
    expect(read('- - - a:\n      - b: { c: [1] }')).toMatchObject({ ok: true })
    expect(read('a: &a { b: 1 }\nc: [*a, *a]')).toEqual({
      ok: true,
      value: { a: { b: 1 }, c: [{ b: 1 }, { b: 1 }] },
    })
  })
})

describe('a file', () => {
  it('that is larger than any that people write is refused before it is read', async () => {
    // more than a string can hold: to read it is to fail in another way
    const file = join(folder, 'huge.yaml')
    await writeFile(file, '')
    await truncate(file, 3 * 2 ** 30)
    const { problem } = await loadPolicy(file, file, 'UTC')
    expect(problem).toMatchObject({ code: 'policy.invalid', subject: file })
    expect(problem?.message).toContain('larger than')
    const { list } = await loadScenes({ own: ['resources/scenes'], given: folder }, 'situation')
    expect(list.find(({ scene }) => scene === 'huge')?.problem?.message).toContain('larger than')
    await rm(file)
  })

  it('that is a pipe or a device is refused, and nobody waits for it', async () => {
    const pipe = join(folder, 'pipe.yaml')
    execFileSync('mkfifo', [pipe])
    for (const file of [pipe, '/dev/zero'])
      expect((await loadPolicy(file, file, 'UTC')).problem).toMatchObject({ subject: file })
  })
})

it('nothing of a file is said but in the answer: the parser itself would warn with its words', async () => {
  const said: string[] = []
  const hear = (warning: Error) => void said.push(warning.message)
  process.on('warning', hear)
  read('? [words, of, somebody]\n: x\n')
  // a warning comes when what made it has ended
  await new Promise((resolve) => setImmediate(resolve))
  process.off('warning', hear)
  expect(said).toEqual([])
})
