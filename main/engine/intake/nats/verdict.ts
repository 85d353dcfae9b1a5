/**
 * What a server says of our certificate. In TLS 1.3 it judges it after our side is through (RFC 8446, 4.4.2), and what
 * we said meanwhile waits unread when it closes: its system then answers with a reset, which may overtake the alert. All
 * that is left is “connection reset”, as if nobody had been there. So we ask once more and say nothing: the alert comes.
 */
import { connect as connectSocket } from 'node:net'
import { openTls, type Demands } from './secure.ts'

const resets = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED'])

/** Whether an alert may have been lost with the connection that ended so. */
export function mayHideVerdict(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if (resets.has(String((at as Error & { code?: unknown }).code))) return true
  return false
}

/** A server that takes us sends a ticket; one that turns us down, its alert: neither takes long. */
const patience = 5000
/** The server's first line, before TLS; one that is longer is none of NATS. */
const mostInfo = 65_536

/**
 * @param tlsFirst the server says nothing before TLS, and neither may we wait for it
 * @returns the error with which it turned us down, or null where it did not say so
 */
export function askVerdict(tlsFirst: boolean, demands: Demands): Promise<unknown> {
  return new Promise((resolve) => {
    const { host, port } = demands.address
    const socket = connectSocket(port, host)
    const done = (verdict: unknown): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(verdict)
    }
    const timer = setTimeout(() => done(null), patience)
    let heard = 0
    socket.on('error', () => done(null))
    socket.on('close', () => done(null))
    const shake = (): void => {
      socket.removeAllListeners()
      openTls(socket, demands, () => undefined).then((secure) => {
        secure.on('error', done)
        secure.on('session', () => done(null))
        secure.on('close', () => done(null))
      }, done)
    }
    if (tlsFirst) socket.on('connect', shake)
    else
      socket.on('data', (data: Buffer) => {
        heard += data.length
        if (heard > mostInfo) return done(null)
        if (data.includes('\n')) shake()
      })
  })
}
