/** OpenSSL's OCSP responder, as an authority runs one: it answers from the authority's register. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Made, Register } from './certificates.ts'

export interface Responder {
  url: string
  dispose(): Promise<void>
}

/** @param signer the authority, or whom it lets; what it signs with, where that is another's */
export async function startResponder(
  authority: Made,
  register: Register,
  signer: Made = authority,
): Promise<Responder> {
  const held = createServer().listen(0, '127.0.0.1')
  await once(held, 'listening')
  const { port } = held.address() as AddressInfo
  await once(held.close(), 'close')
  const at = (name: string): string => join(register.folder, `${port}-${name}`)
  await writeFile(at('ca.pem'), authority.certificate)
  await writeFile(at('signer.pem'), signer.certificate)
  await writeFile(at('signer.key'), signer.key, { mode: 0o600 })
  const files = [
    '-index',
    register.index,
    '-CA',
    at('ca.pem'),
    '-rsigner',
    at('signer.pem'),
    '-rkey',
    at('signer.key'),
  ]
  // who only looks whether it is there is waited for: it says itself when it is
  const child = spawn('openssl', ['ocsp', '-port', String(port), '-ndays', '7', ...files], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  let said = ''
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => {
        said += data.toString()
        if (said.includes('waiting for OCSP')) resolve()
      })
    void exited.then(() => reject(new Error(`openssl ocsp ended: ${said}`)))
  })
  return {
    url: `http://127.0.0.1:${port}`,
    async dispose() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** One answer, as a responder would give it; it holds for seven days. */
export async function answerAbout(
  one: Made,
  authority: Made,
  register: Register,
  signer: Made = authority,
): Promise<Buffer> {
  const at = (name: string): string => join(register.folder, name)
  await writeFile(at('issuer.pem'), authority.certificate)
  await writeFile(at('one.pem'), one.certificate)
  await writeFile(at('answering.pem'), signer.certificate)
  await writeFile(at('answering.key'), signer.key, { mode: 0o600 })
  const openssl = (...words: string[]) => promisify(execFile)('openssl', ['ocsp', ...words])
  await openssl(
    '-issuer',
    at('issuer.pem'),
    '-cert',
    at('one.pem'),
    '-no_nonce',
    '-reqout',
    at('request.der'),
  )
  const by = ['-CA', at('issuer.pem'), '-rsigner', at('answering.pem'), '-rkey', at('answering.key')]
  const files = ['-index', register.index, '-reqin', at('request.der'), '-respout', at('answer.der')]
  await openssl(...files, ...by, '-ndays', '7')
  return readFile(at('answer.der'))
}
