/** What the fuzzer looks for, done to an app on purpose: each of it is seen, or nothing found would mean nothing. */
import { expect, test, type Page } from '@playwright/test'
import { until } from '../e2e/vigie.ts'
import { linkSaid } from '../fuzz/in-page.ts'
import { marksOf } from '../fuzz/kinds.ts'
import { startStage, type Stage } from '../fuzz/stage.ts'
import type { Marks } from '../fuzz/hostile.ts'

/** ms: a message that is held back is one that does not come */
const patience = 4000

let marks: Marks
let stage: Stage
let wall: Page
let ended = false
test.beforeAll(async () => {
  test.setTimeout(180_000)
  marks = await marksOf(2)
  stage = await startStage(marks, new Map(), { patience })
  wall = (await stage.vigie.walls())[0]!
})
test.afterAll(async () => {
  if (!ended) await stage.dispose()
})

/** Done, it is seen as this; undone, nothing is left of it. */
async function seen(as: readonly string[], harm: () => Promise<unknown>, undo?: () => Promise<unknown>) {
  await harm()
  const wrong = await stage.broken()
  for (const what of as)
    expect(
      wrong.filter((one) => one.includes(what)),
      `${what} in ${wrong.join('\n')}`,
    ).not.toEqual([])
  await undo?.()
  // what it does to the rest is over soon, and told
  await until('an app that is well again', async () =>
    (await stage.broken()).length === 0 ? true : undefined,
  )
}
type InMain = Parameters<Stage['vigie']['app']['evaluate']>[0]
const inMain = (run: InMain) => () => stage.vigie.app.evaluate(run)
/** Writes the text into a file of that folder, as the app. */
const leave = (where: 'profile' | 'tmpdir' | 'homedir', text: string) =>
  stage.vigie.app.evaluate(
    ({ app }, [folder, bytes]) => {
      const { tmpdir, homedir } = process.getBuiltinModule('node:os')
      const path = folder === 'profile' ? app.getPath('userData') : folder === 'tmpdir' ? tmpdir() : homedir()
      process.getBuiltinModule('node:fs').writeFileSync(`${path}/left`, bytes, 'latin1')
    },
    [where, text] as const,
  )
const engine = () =>
  stage.vigie.app.evaluate(({ app }) => app.getAppMetrics().find(({ name }) => name === 'engine')?.pid ?? 0)

test('nothing is found where nothing was done', async () => {
  await stage.messages([])
  expect(await stage.broken()).toEqual([])
})

test('what runs is seen: in a page, in main, as a program, and what asks for somebody', async () => {
  await seen(
    ['a script ran'],
    () => wall.evaluate('globalThis.owned = 1'),
    () => wall.evaluate('delete globalThis.owned'),
  )
  await seen(
    ['main: a script ran'],
    inMain(() => Object.assign(globalThis, { owned: 1 })),
    inMain(() => Reflect.deleteProperty(globalThis, 'owned')),
  )
  // a schema that is just being tried takes it for one of its parts: it must be one that takes everything
  const pollute = () =>
    Object.assign(Object.prototype, {
      more: { '~run': (dataset: object) => Object.assign(dataset, { typed: true }) },
    })
  const clean = () => Reflect.deleteProperty(Object.prototype, 'more')
  await seen(
    ['wall/index.html: every object has more'],
    () => wall.evaluate(pollute),
    () => wall.evaluate(clean),
  )
  await seen(['main: every object has more'], inMain(pollute), inMain(clean))
  await seen(['somebody asked for'], () => fetch(marks.hook))
  await seen(
    ['a program was started: sleep', 'a program runs: '],
    inMain(() => {
      const { spawn } = process.getBuiltinModule('node:child_process')
      Object.assign(globalThis, { slept: spawn('sleep', ['100']) })
    }),
    inMain(
      () =>
        new Promise<void>((ended) => {
          const { slept } = globalThis as never as { slept: NodeJS.EventEmitter & { kill(): void } }
          slept.once('exit', () => ended())
          slept.kill()
        }),
    ),
  )
  await seen(
    ['something was opened: mailto:x'],
    inMain(({ shell }) => shell.openExternal('mailto:x')),
  )
})

test('what became more than text is seen, though it is gone at once', async () => {
  /** It is out of the page before anybody asks. */
  const put = (name: string, attributes: Record<string, string>) => () =>
    wall.evaluate(
      async ([tag, all]) => {
        const one = document.createElement(tag)
        for (const [key, value] of Object.entries(all)) one.setAttribute(key, value)
        document.body.append(one)
        await new Promise((resolve) => setTimeout(resolve, 50))
        one.remove()
      },
      [name, attributes] as const,
    )
  await seen(['markup became an element'], put('b', { id: 'owned' }))
  await seen(['a foreign image', 'a page complained'], put('img', { src: marks.hook }))
  await seen(['a foreign iframe'], put('iframe', {}))
  await seen(['a part broke'], put('p', { class: 'broken' }))
  await seen(
    ['the title was changed'],
    () => wall.evaluate("globalThis.before = document.title; document.title = 'owned'"),
    () => wall.evaluate('document.title = before'),
  )
})

test('what the log must not have is seen, and told once', async () => {
  const say = (text: string) => () =>
    stage.vigie.app.evaluate((_, line) => process.stderr.write(`vigie: ${line}\n`), text)
  await seen(['the log has an input, as it is'], say(`about ${marks.mark}`))
  await seen(['the log has an input, base64'], say(Buffer.from(`about ${marks.mark}`).toString('base64')))
  await seen(['the log has an input: '], say('it said globalThis.owned=1'))
  await seen(['a control character'], say('turned \u202e round'))
  await seen(['nobody caught a fault'], say('Error: x\n    at somewhere (file:///x.js:1:2)'))
})

test('a good message that does not arrive is seen, and a window that is live no more', async () => {
  const pid = await engine()
  await seen(
    ['a good message did not arrive: fuzz.note good-', '/index.html is down'],
    async () => {
      process.kill(pid, 'SIGSTOP')
      await stage.sendGood('note')
      await until('a window that hears nothing', async () =>
        (await wall.evaluate(linkSaid)) === 'live' ? undefined : true,
      )
    },
    () => Promise.resolve(process.kill(pid, 'SIGCONT')),
  )
})

test('a page, a window and a process that go, come or are there anew are seen', async () => {
  await seen(
    ['a page came', 'come: window'],
    inMain(({ BrowserWindow }) => {
      Object.assign(globalThis, { another: new BrowserWindow({ show: false }) })
    }),
    inMain(() => (globalThis as never as { another: { destroy(): void } }).another.destroy()),
  )
  await seen(['a page went to'], () => wall.evaluate("location.hash = 'x'"))
  const pid = await engine()
  process.kill(pid, 'SIGKILL')
  await until('another engine', async () => ![0, pid].includes(await engine()) || undefined)
  const restarted = await stage.broken()
  for (const what of ['gone: engine', 'a process is gone', 'the engine stopped'])
    expect(restarted.join('\n')).toContain(what)
  await wall.reload()
  expect((await stage.broken()).join('\n')).toContain('a page was loaded: app://vigie/wall/index.html')
  await stage.vigie.app.evaluate(({ webContents }) =>
    webContents
      .getAllWebContents()
      .find((one) => one.getURL().includes('/wall/'))
      ?.forcefullyCrashRenderer(),
  )
  expect((await stage.broken()).join('\n')).toMatch(/gone: Tab[^]*a page is gone \(/)
  await stage.vigie.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.destroy())
  expect((await stage.broken()).join('\n')).toMatch(/gone: window[^]*a window was closed/)
})

test('what an app leaves on the disk is seen wherever it wrote it, and an end out of order', async () => {
  await leave('profile', `{"text":"${marks.mark}"}`)
  await leave('tmpdir', Buffer.from(marks.mark, 'utf16le').toString('latin1'))
  await leave('homedir', Buffer.from(marks.mark).toString('base64'))
  await stage.vigie.kill()
  ended = true
  const found = (await stage.dispose()).join('\n')
  expect(found).toMatch(/profile\/left: as it is/)
  expect(found).toMatch(/tmp\/left: UTF-16/)
  expect(found).toMatch(/home\/left: base64/)
  expect(found).toContain('the app did not end in order: SIGKILL')
})
