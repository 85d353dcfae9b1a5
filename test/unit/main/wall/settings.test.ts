import { readFileSync, writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openSettings } from '../../../../main/wall/settings.ts'
import type { Problem } from '../../../../preload/contract/result.ts'

// the real store needs a running Electron; like it, this one takes a damaged file for an empty one
vi.mock('electron-store', () => ({
  default: class {
    readonly #file: string
    constructor({ cwd, name }: { cwd: string; name: string }) {
      this.#file = join(cwd, `${name}.json`)
    }
    #read(): object {
      try {
        return JSON.parse(readFileSync(this.#file, 'utf8')) as object
      } catch {
        return {}
      }
    }
    set(key: string, value: unknown) {
      writeFileSync(this.#file, JSON.stringify({ ...this.#read(), [key]: value }))
    }
  },
}))

let profile: string
const told: (Problem | null)[] = []
const open = () => openSettings(profile, (problem) => told.push(problem))
const file = () => join(profile, 'settings.json')

const blank = { own: null, known: null, holds: true, lifts: [] }

beforeEach(async () => {
  profile = await mkdtemp(join(tmpdir(), 'vigie-settings-'))
  told.length = 0
})
afterEach(() => rm(profile, { recursive: true, force: true }))

describe('whether the wall is blanked', () => {
  it('is no at the first start ever', () => {
    expect(open()).toMatchObject({ blanked: false, problem: null })
  })

  it('is on the disk when the change returns, and read again', async () => {
    open().setBlank(blank)
    expect(JSON.parse(await readFile(file(), 'utf8'))).toMatchObject({ blanked: true })
    expect(open()).toMatchObject({ blanked: true, problem: null })
    open().setBlank(null)
    expect(open().blanked).toBe(false)
  })

  it.each([
    ['is cut off', '{ "blanked": tr'],
    ['is empty', ''],
    ['holds something else', '[]'],
    ['says neither yes nor no', '{ "blanked": "no" }'],
  ])('is yes where the file %s, and stays so until somebody decides', async (_what, text) => {
    await writeFile(file(), text)
    const settings = open()
    expect(settings).toMatchObject({ blanked: true, problem: { code: 'settings.damaged', subject: file() } })
    settings.setLanguage('fr')
    expect(told.at(-1)).toMatchObject({ code: 'settings.damaged' })
    expect(open().blanked).toBe(true)
    settings.setBlank(null)
    expect(told.at(-1)).toBeNull()
    expect(open()).toMatchObject({ blanked: false, problem: null, language: 'fr' })
  })

  it('is written with the next change where it could not be written at once', async () => {
    await mkdir(file())
    const settings = open()
    settings.setBlank(blank)
    expect(told.at(-1)).toMatchObject({ code: 'settings.unwritable' })
    await rm(file(), { recursive: true })
    settings.setDesk({ x: 0, y: 0, width: 1000, height: 700 })
    expect(told.at(-1)).toBeNull()
    expect(open().blanked).toBe(true)
  })

  it('is yes where the file can’t be read, and nothing set ends the node', async () => {
    await mkdir(file())
    const settings = open()
    expect(settings).toMatchObject({ blanked: true, problem: { code: 'settings.damaged' } })
    settings.setDesk({ x: 0, y: 0, width: 1000, height: 700 })
    settings.setBlank(blank)
    expect(told.map((problem) => problem?.code)).toEqual(['settings.unwritable', 'settings.unwritable'])
  })
})

describe('a display', () => {
  it('is this wall’s at the first start, and from then on where it was there or somebody accepted it', () => {
    const first = open()
    expect(first.isOurs(1)).toBe(true)
    first.addDisplays([1, 2])
    expect([first.isOurs(2), first.isOurs(3)]).toEqual([true, false])
    const again = open()
    expect([again.isOurs(1), again.isOurs(3)]).toEqual([true, false])
    again.addDisplays([2, 3])
    expect([open().isOurs(1), open().isOurs(3), open().isOurs(4)]).toEqual([true, true, false])
  })

  it('is nobody’s where the list can’t be read', async () => {
    await writeFile(file(), '{ "displays": "all" }')
    expect(open().isOurs(1)).toBe(false)
  })

  it('is not asked for at a start without any: the first is the one that has some', () => {
    open().addDisplays([])
    expect(open().isOurs(1)).toBe(true)
  })
})
