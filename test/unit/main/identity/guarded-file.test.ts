import { execFileSync } from 'node:child_process'
import { chmod, copyFile, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { constants } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAuthority, toPkcs12, type Authority } from '../../../../main/exercise/authority.ts'
import { readAuthority } from '../../../../main/identity/authority.ts'
import { exposureOf, readGuarded, type Guard } from '../../../../main/identity/guarded-file.ts'
import { readIdentity } from '../../../../main/identity/open-identity.ts'
import { loadPolicy } from '../../../platform/load-policy.ts'
import { loadScenes } from '../../../../main/wall/scenes.ts'

let folder: string
let authority: Authority
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'vigie-guarded-')))
  authority = await createAuthority('Test', Date.now())
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const put = async (name: string, content: string | Uint8Array, mode: number): Promise<string> => {
  const file = join(folder, name)
  await writeFile(file, content)
  // whatever the umask of whoever runs the tests
  await chmod(file, mode)
  return file
}
const read = (file: string, guard: Guard = 'public') =>
  readGuarded(file, { guard, most: 100, unreadable: 'policy.invalid', what: 'the file' })
const writable = { ok: false, error: { code: 'file.writable-by-others' } }

describe('a file, folder or link is safe from others', () => {
  const me = 1000
  const file = constants.S_IFREG
  const directory = constants.S_IFDIR
  const judged = (uid: number, gid: number, mode: number, guard: Guard = 'public') =>
    exposureOf('/a', { uid, gid, mode }, me, guard)?.code ?? null

  it.each([
    ['mine, closed', 1000, 1000, file | 0o644],
    ['root’s', 0, 0, file | 0o644],
    ['mine, open to the group that is mine alone (Debian’s user private groups)', 1000, 1000, file | 0o664],
    ['a folder like /tmp, whose sticky bit keeps what is in it', 0, 0, directory | 0o1777],
    ['a link, whose own mode means nothing', 1000, 1000, constants.S_IFLNK | 0o777],
  ])('where it is %s', (_what, uid, gid, mode) => {
    expect(judged(uid, gid, mode)).toBeNull()
  })

  it.each([
    ['another’s', 1001, 1001, file | 0o644, 'file.belongs-to-another'],
    ['a link of another', 1001, 1001, constants.S_IFLNK | 0o777, 'file.belongs-to-another'],
    ['open to all', 1000, 1000, file | 0o646, 'file.writable-by-others'],
    ['open to a group of several', 1000, 100, file | 0o664, 'file.writable-by-others'],
    ['a folder open to all', 1000, 1000, directory | 0o777, 'file.writable-by-others'],
    ['a sticky file, which keeps nothing', 1000, 1000, file | 0o1666, 'file.writable-by-others'],
  ])('but not where it is %s', (_what, uid, gid, mode, code) => {
    expect(judged(uid, gid, mode)).toBe(code)
  })

  it('and a secret one only where nobody else may read it', () => {
    expect(judged(1000, 1000, file | 0o600, 'secret')).toBeNull()
    expect(judged(1000, 1000, file | 0o400, 'secret')).toBeNull()
    for (const mode of [0o640, 0o604, 0o644])
      expect(judged(1000, 1000, file | mode, 'secret')).toBe('file.readable-by-others')
  })

  it('and one that systemd handed over too, where an ACL’s mask stands for the group', () => {
    expect(judged(0, 0, file | 0o440, 'handed')).toBeNull()
    expect(judged(0, 0, file | 0o444, 'handed')).toBe('file.readable-by-others')
  })
})

describe('reading', () => {
  it('says what is open, and the line that closes it', async () => {
    const file = await put("it's open", 'a', 0o666)
    const answer = await read(file)
    expect(answer).toMatchObject({ ok: false, error: { subject: file } })
    if (answer.ok) return
    const line = answer.error.message.slice(answer.error.message.indexOf('chmod'))
    execFileSync('sh', ['-c', line])
    expect(await read(file)).toMatchObject({ ok: true })
  })

  it('refuses what lies in a folder, or behind a link, that others may change', async () => {
    await mkdir(join(folder, 'open'))
    await put('open/a', 'a', 0o600)
    await chmod(join(folder, 'open'), 0o777)
    await symlink(await put('closed', 'a', 0o600), join(folder, 'open', 'link'))
    await symlink(join(folder, 'open'), join(folder, 'way'))
    await symlink(join(folder, 'open', 'link'), join(folder, 'over'))
    for (const name of ['open/a', 'open/link', 'way/a', 'over'])
      expect(await read(join(folder, name)), name).toMatchObject({
        ok: false,
        error: { code: 'file.writable-by-others', subject: join(folder, 'open') },
      })
  })

  it('follows links that nobody else may change', async () => {
    await put('there', 'hello', 0o600)
    await symlink(`../${basename(folder)}/there`, join(folder, 'here'))
    const answer = await read(join(folder, 'here'), 'secret')
    expect(answer.ok && answer.value.toString()).toBe('hello')
  })

  it('waits for no pipe, turns in no circle, and takes nothing too large', async () => {
    execFileSync('mkfifo', ['-m', '600', join(folder, 'pipe')])
    await symlink('circle', join(folder, 'circle'))
    await put('large', 'x'.repeat(101), 0o600)
    for (const name of ['pipe', 'circle', 'large', 'none', '.'])
      expect((await read(join(folder, name))).ok, name).toBe(false)
  })
})

describe('what decides whom this node trusts and what it shows is refused where others may change it:', () => {
  it('the client certificate', async () => {
    const issued = await authority.issueClient([['CN', 'wall-01']])
    expect(await readIdentity(await put('me.p12', toPkcs12(issued, 'p'), 0o666))).toMatchObject(writable)
  })

  it('the platform’s authority', async () => {
    expect(await readAuthority(await put('ca.pem', authority.certificate, 0o666))).toMatchObject(writable)
  })

  it('the policy, and every screen is closed to the lowest marking', async () => {
    const file = join(folder, 'policy.yaml')
    await copyFile('resources/policy.yaml', file)
    await chmod(file, 0o666)
    const { policy, problem } = await loadPolicy(file, 'resources/policy.yaml', 'UTC')
    expect(problem).toMatchObject({ code: 'file.writable-by-others', subject: file })
    expect([policy.deskCeiling, policy.screen(1).ceiling]).toEqual([0, 0])
    await chmod(file, 0o644)
    expect((await loadPolicy(file, 'resources/policy.yaml', 'UTC')).policy.deskCeiling).toBe(1)
  })

  it('a scene, and a folder of scenes', async () => {
    const scenes = join(folder, 'scenes')
    await mkdir(scenes)
    const file = join(scenes, 'log.yaml')
    await copyFile('resources/scenes/log.yaml', file)
    const problemOf = async (scene: string) =>
      (await loadScenes({ own: ['resources/scenes'], given: scenes }, 'situation')).list.find(
        (each) => each.scene === scene,
      )?.problem
    await chmod(file, 0o644)
    expect(await problemOf('log')).toBeNull()
    await chmod(file, 0o666)
    expect(await problemOf('log')).toMatchObject({ code: 'file.writable-by-others', subject: file })
    await chmod(file, 0o644)
    await chmod(scenes, 0o777)
    expect(await problemOf('scenes')).toMatchObject({ code: 'file.writable-by-others', subject: scenes })
  })

  it('but what comes with Vigie is as safe as the code beside it, however it was cloned', async () => {
    const clone = join(folder, 'clone')
    await mkdir(join(clone, 'scenes'), { recursive: true })
    await copyFile('resources/policy.yaml', join(clone, 'policy.yaml'))
    await copyFile('resources/scenes/log.yaml', join(clone, 'scenes', 'log.yaml'))
    for (const name of ['policy.yaml', 'scenes/log.yaml', 'scenes', '.'])
      await chmod(join(clone, name), name.endsWith('yaml') ? 0o664 : 0o777)
    expect((await loadPolicy(null, join(clone, 'policy.yaml'), 'UTC')).problem).toBeNull()
    expect((await loadScenes({ own: [join(clone, 'scenes')] }, 'log')).list).toMatchObject([
      { problem: null },
    ])
  })
})
