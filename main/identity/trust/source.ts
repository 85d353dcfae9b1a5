/** Where a list of revoked certificates comes from: a file, or the one host that the policy names. */
import { get as getInClear, type IncomingMessage } from 'node:http'
import { get as getSecurely } from 'node:https'
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import { readGuarded, reason } from '../guarded-file.ts'
import { mostCrl } from './crl.ts'

/** ms for all of it: what comes byte by byte is not waited for */
const patience = 20_000

/** @param authority PEM: whom a host must prove itself by, where it speaks TLS; what it gives is signed in any case */
export function readSource(source: string, authority: string): Promise<Result<Buffer>> {
  if (!/^https?:/.test(source))
    return readGuarded(source, {
      guard: 'public',
      most: mostCrl,
      unreadable: 'crl.unreachable',
      what: 'the list of revoked certificates',
    })
  return new Promise((resolve) => {
    const no = (why: string): void => resolve(fail('crl.unreachable', why, source))
    const heard = (response: IncomingMessage): void => {
      // nowhere else than the policy says: no redirection is followed
      if (response.statusCode !== 200) {
        no(`the host answered ${response.statusCode ?? 'nothing'}`)
        return void request.destroy()
      }
      const pieces: Buffer[] = []
      let length = 0
      response.on('data', (piece: Buffer) => {
        pieces.push(piece)
        length += piece.length
        if (length <= mostCrl) return
        resolve(fail('crl.too-large', `it has more than ${mostCrl} bytes`, source))
        request.destroy()
      })
      response.on('end', () =>
        response.complete ? resolve(ok(Buffer.concat(pieces))) : no('it was cut off'),
      )
      response.on('error', (error) => no(reason(error)))
    }
    const options = { agent: false, headers: { accept: 'application/pkix-crl' } }
    const request = source.startsWith('https:')
      ? getSecurely(source, { ...options, ca: authority, minVersion: 'TLSv1.2' }, heard)
      : getInClear(source, options, heard)
    const timer = setTimeout(() => {
      no(`it did not come within ${patience / 1000} s`)
      request.destroy()
    }, patience)
    request.on('error', (error) => no(reason(error)))
    request.on('close', () => clearTimeout(timer))
  })
}
