/** README's chapters on certificates, and the one on a synthesis, typed as they are written there, on an empty profile. */
import { spawn } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { startVirtualScreens } from '../../build/virtual-screens.mjs'
import { rfc2253, type Subject } from '../../main/exercise/authority.ts'
import { createCertifier, type Certifier } from '../platform/certifier.ts'
import { certsOnly, startEst, type EstServer } from '../platform/est.ts'
import { signPolicyIn } from '../platform/policy-authority.ts'
import type { Identity, Platform } from '../platform/platform.ts'
import { linkOf, startStage } from './node.ts'
import { startVigie } from './vigie.ts'

/** As README has them, in its order: one command each, whatever lines it is written on. */
async function typedIn(chapter: string): Promise<string[]> {
  const [, text = ''] = (await readFile('README.md', 'utf8')).split(`\n### ${chapter}\n`)
  const [own = ''] = text.split(/\n##+ /)
  const blocks = [...own.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block = '']) => block)
  const commands: string[] = []
  let loop = ''
  for (const line of blocks.join('').replaceAll('\\\n', ' ').split('\n')) {
    loop += `${line}\n`
    if (/^for /.test(loop) && line !== 'done') continue
    if (loop.trim() !== '') commands.push(loop.trim())
    loop = ''
  }
  expect(commands.length, chapter).toBeGreaterThan(0)
  return commands
}

const passphrase = 'Quarante Sarcelles 4471'
let folder: string
let certifier: Certifier
let platform: Platform
let est: EstServer

test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-readme-'))
  certifier = await createCertifier('One authority', Date.now())
  platform = await startStage({ authority: certifier })
  est = await startEst({ certifier, secrets: ['one-01', 'one-02'] })
  // a checkout, and whoever stands in it: what they name lies there
  for (const part of ['package.json', 'build', 'node_modules', '.npmrc'])
    await symlink(join(process.cwd(), part), join(folder, part))
  await mkdir(join(folder, 'home'))
  await mkdir(join(folder, 'credentials'), { mode: 0o700 })
  await write('credentials/vigie-passphrase', passphrase)
  await write('authority.pem', certifier.certificate)
})
test.afterEach(async () => {
  await est.dispose()
  await platform.dispose()
  await rm(folder, { recursive: true, force: true })
})

const write = (name: string, content: string | Uint8Array) =>
  writeFile(join(folder, name), content, { mode: 0o600 })

/** In a shell, with nothing of this machine's user but what was set up before. */
function type(command: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn('bash', ['-c', command], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: join(folder, 'home'),
      XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
      // what is not in a file is asked for at the terminal, or is there
      CREDENTIALS_DIRECTORY: join(folder, 'credentials'),
      LANG: 'en_GB.UTF-8',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return new Promise((resolve, reject) => {
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')))
    child.once('error', reject)
    child.once('exit', (code) => resolve({ code, stdout, stderr }))
  })
}
/** What stands in README for somebody's own. */
const here = (command: string): string =>
  command
    .replaceAll('tls://a.example:4222', `tls://localhost:${platform.port}`)
    .replaceAll('https://est.example.org', est.url)

const permit = (subject: Subject) => platform.permit({ user: rfc2253(subject) } as Identity)

test('a certificate’s life is as it is written', async () => {
  await permit([
    ['CN', 'wall-01'],
    ['OU', 'Vigie'],
  ])
  const done: string[] = []
  for (const command of await typedIn('A certificate’s life'.replace('’', "'"))) {
    const [, verb = ''] = /provision (\w+)/.exec(command) ?? []
    if (verb === 'import') {
      const request = (await readFile(join(folder, 'wall-01.csr'), 'utf8')).replace(/-----[^-]+-----/g, '')
      const certificate = await certifier.certify(Buffer.from(request, 'base64'))
      await write('answer.p7b', certsOnly([certificate, certifier.certificate]))
    }
    const { code, stdout, stderr } = await type(here(command))
    expect(code, `${command}\n${stderr}`).toBe(0)
    if (verb === 'list') expect(JSON.parse(stdout)).toMatchObject([{ name: 'wall-01' }])
    if (verb === 'export') expect(new X509Certificate(stdout).subject).toContain('CN=wall-01')
    expect(stdout).not.toContain('PRIVATE KEY')
    done.push(verb)
  }
  expect(done).toEqual(['create', 'import', 'test', 'replace', 'list', 'export', 'remove'])
  expect(await readFile(join(folder, 'next.csr'), 'utf8')).toContain('BEGIN CERTIFICATE REQUEST')
  expect(await readdir(join(folder, 'home', '.config', 'vigie', 'identities'))).toEqual([])
})

test('an enrolment is as it is written', async () => {
  await write('secret.txt', 'one-01')
  await write('passphrase.txt', passphrase)
  const [command = ''] = await typedIn('Enrolment and renewal')
  const { code, stdout, stderr } = await type(here(command))
  expect(code, stderr).toBe(0)
  expect(stdout.trim()).toBe(join(folder, 'home', '.vigie', 'identities', 'wall-01.json'))
  expect(est.secrets.has('one-01')).toBe(false)
})

test('walls are made by the loop as it is written, each starts by its profile, and a synthesis is made of what it got', async () => {
  const own = await readFile('resources/policy.yaml', 'utf8')
  for (const [at, name] of ['wall-01', 'wall-02'].entries()) {
    await permit([['CN', name]])
    const from = join(folder, 'walls', name)
    await mkdir(from, { recursive: true, mode: 0o700 })
    await write(`walls/${name}/authority.pem`, certifier.certificate)
    await write(`walls/${name}/secret`, `one-0${at + 1}`)
    await signPolicyIn(
      from,
      `${own.replace(/^node: .*$/m, `node: ${name}`)}
platform: { addresses: [tls://localhost:${platform.port}] }
enrol: { est: "${est.url}" }
`,
    )
  }
  const commands = (await typedIn('A wall in two minutes')).join('\n')
  expect(commands).toContain(' 1 20)')
  const { code, stdout, stderr } = await type(commands.replace(' 1 20)', ' 1 2)'))
  expect(code, stderr).toBe(0)
  expect(stdout).toContain('profiles/wall-01: npm start -- --profile ')
  expect(stderr).toContain('✓ jetstream')
  await rm(join(folder, 'walls'), { recursive: true })

  const screens = await startVirtualScreens({ screens: 2 })
  try {
    const vigie = await startVigie({ walls: 1, screens, profile: join(folder, 'profiles', 'wall-02') })
    try {
      const [wall] = await vigie.walls()
      if (wall === undefined) throw new Error('there is no wall')
      await expect(wall.getByText('Colis suspect').first()).toBeVisible()
      await expect.poll(() => linkOf(wall)).toBe('live')
    } finally {
      await vigie.dispose()
    }

    // each wall has a passphrase of its own, and this one's is asked for
    await write('credentials/vigie-passphrase', await readFile(join(folder, 'wall-02.passphrase')))
    const told: string[] = []
    for (const command of await typedIn('A synthesis')) {
      const typed = await type(command.replaceAll('wall-01', 'wall-02'))
      expect(typed.code, `${command}\n${typed.stderr}`).toBe(0)
      told.push(typed.stdout + typed.stderr)
    }
    expect(told).toHaveLength(3)
    expect(told[1]).toContain('synthesis.pdf: SYN-001')
    expect(told[1]).not.toContain('not in this node’s trail')
    expect(told[2]).toContain('intact')
    expect(told[2]).toContain('signed by CN=wall-02')
    expect(await readFile(join(folder, 'draft.json'), 'utf8')).toContain('Colis suspect')

    const [leave = ''] = await typedIn('A product as a file, and open data')
    const own = leave.replaceAll('wall-01', 'wall-02').replace('environment.air', 'security.incidents')
    const left = await type(own)
    expect(left.code, left.stderr).toBe(0)
    expect(await readFile(join(folder, 'air.csv'), 'utf8')).toContain('Colis suspect')
  } finally {
    await screens.dispose()
  }
})
