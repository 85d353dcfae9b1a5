import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { argumentsOfApp, readCommandLine } from '../../../main/command-line.ts'
import { addressesOf } from '../../../main/addresses.ts'
import { closedPolicy, readPolicy } from '../../../main/policy/policy.ts'

const own = await readFile('resources/policy.yaml', 'utf8')

const read = (line: string) => readCommandLine(line === '' ? [] : line.split(' '), false)
const error = (line: string) => {
  const result = read(line)
  return result.ok ? null : result.error
}

describe('the command line', () => {
  it('without options is the exercise, until somebody ends it', () => {
    const result = read('')
    expect(result.ok && result.value).toMatchObject({
      platform: null,
      headless: null,
      seconds: null,
      exercise: { scenario: 'paris' },
    })
  })

  it('takes a platform with all that signing in needs, as absolute paths', () => {
    const result = read(
      '--platform tls://bus.example:4222 --identity me.p12 --passphrase-file p --ca=/ca.pem',
    )
    expect(result.ok && result.value.platform).toEqual({
      addresses: ['tls://bus.example:4222'],
      identity: `${process.cwd()}/me.p12`,
      passphraseFile: `${process.cwd()}/p`,
      passphraseCredential: null,
      authority: '/ca.pem',
      tlsFirst: false,
    })
  })

  it('takes the addresses of a cluster’s servers, in the order in which they are named', () => {
    const result = read('--platform tls://a.example:4222,tls://[2001:db8::2]:4222 --identity i --ca c')
    expect(result.ok && result.value.platform?.addresses).toEqual([
      'tls://a.example:4222',
      'tls://[2001:db8::2]:4222',
    ])
  })

  it('leaves it to the policy where one signs in, if it says who does', () => {
    const result = read('--identity i --ca c')
    expect(result.ok && result.value.platform).toMatchObject({ addresses: null })
    const named = readPolicy(
      `${own}\nplatform: { addresses: [tls://a.example:4222, tls://b.example:4222] }`,
      'policy.yaml',
    )
    if (!named.ok) throw new Error(named.error.message)
    expect(addressesOf(null, named.value)).toMatchObject({
      value: ['tls://a.example:4222', 'tls://b.example:4222'],
    })
    // the command line wins
    expect(addressesOf(['tls://c:1'], named.value)).toMatchObject({ value: ['tls://c:1'] })
  })

  it('and signs in nowhere where neither says it, or the policy can’t be read', () => {
    const nowhere = { ok: false, error: { code: 'command.invalid', subject: '--platform' } }
    const silent = readPolicy(own, 'policy.yaml')
    expect(silent.ok && addressesOf(null, silent.value)).toMatchObject(nowhere)
    expect(addressesOf(null, closedPolicy('UTC'))).toMatchObject(nowhere)
  })

  it.each([
    ['tls://a:4222,nats://b:4222', 'nats://b:4222'],
    ['tls://a:4222,tls://b', 'tls://b'],
    ['tls://a:4222,tls://me@b:4222', 'tls://me@b:4222'],
    ['tls://a:4222,tls://b:4222/x', 'tls://b:4222/x'],
    ['tls://a:4222,tls://b:0', 'tls://b:0'],
    ['tls://a:4222,tls://b:65536', 'tls://b:65536'],
    ['tls://a:4222,,tls://b:4222', 'an address'],
    ['tls://a:4222,', 'an address'],
    ['tls://a:4222,tls://b:1,tls://A:4222', 'tls://A:4222'],
    [Array.from({ length: 17 }, (_, at) => `tls://a:${at + 1}`).join(), '17 addresses'],
  ])('of the addresses %s names the one that is wrong', (value, named) => {
    expect(error(`--platform ${value} --identity i --ca c`)).toMatchObject({
      code: 'command.invalid',
      subject: '--platform',
      message: expect.stringContaining(named) as unknown,
    })
  })

  it('runs the exercise on one server, or on three as a cluster', () => {
    expect(read('--exercise-servers 3')).toMatchObject({ ok: true, value: { exercise: { servers: 3 } } })
  })

  it('can ask that the platform begins with TLS, and for nothing less then', () => {
    const result = read('--platform tls://a:1 --identity i --ca c --tls-first')
    expect(result.ok && result.value.platform).toMatchObject({ tlsFirst: true })
  })

  it('needs no source of the passphrase: the desk asks for it', () => {
    const result = read('--platform tls://a:1 --identity i --ca c')
    expect(result.ok && result.value.platform).toMatchObject({
      passphraseFile: null,
      passphraseCredential: null,
    })
  })

  it('takes a headless run with the exercise’s own options', () => {
    const result = read('--headless --screens 3 --for 60 --out out --rate 2000 --speed 2 --seed 7 --lang en')
    expect(result.ok && result.value).toMatchObject({
      headless: { out: `${process.cwd()}/out` },
      screens: 3,
      seconds: 60,
      language: 'en',
      exercise: { rate: 2000, speed: 2, seed: 7 },
    })
  })

  it.each([
    ['--plattform tls://a:1', '--plattform'],
    ['hello', 'hello'],
    ['--screens', '--screens'],
    ['--screens --headless', '--screens'],
    ['--screens three', '--screens'],
    ['--screens 0', '--screens'],
    ['--screens 1.5', '--screens'],
    ['--for soon', '--for'],
    ['--lang de', '--lang'],
    ['--exercise ../x', '--exercise'],
    ['--platform https://bus.example', '--platform'],
    ['--platform tls://a:1 --platform tls://b:1 --identity i --ca c', '--platform'],
    ['--exercise-servers 2', '--exercise-servers'],
    ['--platform tls://a:1 --identity i --ca c --exercise-servers 3', '--exercise-servers'],
    ['--platform tls://bus.example', '--platform'],
    ['--screens 2 --screens 3', '--screens'],
    ['--platform tls://a:1 --passphrase-file p --ca c', '--identity'],
    ['--platform tls://a:1 --identity i --ca c --passphrase-credential ../p', '--passphrase-credential'],
    [
      '--platform tls://a:1 --identity i --ca c --passphrase-file p --passphrase-credential p',
      '--passphrase-credential',
    ],
    ['--passphrase-credential p', '--identity'],
    ['--platform tls://a:1 --identity i --passphrase-file p', '--ca'],
    ['--identity i', '--ca'],
    ['--tls-first', '--platform'],
    ['--platform tls://a:1 --identity i --ca c --tls-first=no', '--tls-first'],
    ['--platform tls://a:1 --identity i --passphrase-file p --ca c --rate 100', '--rate'],
    ['--headless --for 60', '--out'],
    ['--headless --out o', '--for'],
    ['--out o', '--headless'],
    ['--no-such-sandbox', '--no-such-sandbox'],
  ])('“%s” is refused, naming %s', (line, subject) => {
    expect(error(line)).toMatchObject({ code: 'command.invalid', subject })
    expect(error(line)?.message).toContain(subject)
  })

  it('leaves Electron’s own switches alone', () => {
    expect(read('--ozone-platform=x11 --remote-debugging-port=0 --screens 1')).toMatchObject({ ok: true })
  })

  it.each([
    '--remote-debugging-port=9222',
    '--remote-debugging-pipe',
    '--remote-debugging-address=0.0.0.0',
    '--enable-logging',
    '--enable-logging=file',
    '--log-file=/tmp/log',
    '--inspect',
    '--inspect=0.0.0.0:9229',
    '--inspect-brk',
    '--v=1',
    '--vmodule=*=9',
  ])('lets nobody look into a release with %s', (word) => {
    const lookedInto = readCommandLine([word, '--screens', '1'], true)
    expect(lookedInto).toMatchObject({ ok: false, error: { code: 'command.invalid', subject: word } })
  })

  it('takes no switch for a value: to Chromium one dash is as good as two', () => {
    expect(readCommandLine(['--profile', '-remote-debugging-port=9222'], true)).toMatchObject({
      ok: false,
      error: { code: 'command.invalid', subject: '--profile' },
    })
  })

  it('takes from a release’s start scripts what only changes how it draws', () => {
    const words = '--ozone-platform=x11 --use-angle=swiftshader --enable-unsafe-swiftshader --screens 1'
    expect(readCommandLine(words.split(' '), true)).toMatchObject({ ok: true, value: { screens: 1 } })
  })

  it('reads all of a release’s words: none hides before the application’s own name', () => {
    const app = '/usr/lib/vigie/resources/app.asar'
    const words = ['/usr/bin/vigie', '--remote-debugging-port=9222', app, '--lang', 'fr']
    expect(argumentsOfApp(words, app, true)).toEqual(['--remote-debugging-port=9222', '--lang', 'fr'])
  })

  it('begins after the app when developing, after the program once installed', () => {
    const words = ['/e/electron', '--ozone-platform=x11', '-r', '/l.js', '/app', '--', '--lang', 'fr']
    expect(argumentsOfApp(words, '/app', false)).toEqual(['--', '--lang', 'fr'])
    const installed = '/usr/lib/vigie/resources/app.asar'
    expect(argumentsOfApp(['/usr/bin/vigie', '--lang', 'fr'], installed, true)).toEqual(['--lang', 'fr'])
  })
})
