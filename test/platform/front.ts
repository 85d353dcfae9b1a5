/** A platform as it is seen through a front that speaks TLS up to a version of its own. */
import { once } from 'node:events'
import { connect as dial, createServer, type AddressInfo, type Socket } from 'node:net'
import { TLSSocket, connect as dialSafely, type SecureVersion } from 'node:tls'
import type { Platform } from './platform.ts'

export interface Front {
  port: number
  /** what clients said once they were let in */
  heard(): string
  dispose(): Promise<void>
}

export async function startFront(
  platform: Platform,
  versions: { maxVersion: SecureVersion; ciphers?: string },
): Promise<Front> {
  const { wall, authority } = platform
  const { certificate, key } = await authority.issueServer(['localhost', '127.0.0.1'])
  const open = new Set<Socket>()
  let said = ''
  const server = createServer((client) => {
    const behind = dial(platform.port, '127.0.0.1')
    for (const socket of [client, behind]) {
      open.add(socket)
      socket.on('error', () => undefined)
      socket.once('close', () => {
        client.destroy()
        behind.destroy()
      })
    }
    // the server's first line is in clear, as NATS has it; then both sides speak TLS
    behind.once('data', (info: Buffer) => {
      client.write(info)
      const inner = dialSafely({
        socket: behind,
        servername: 'localhost',
        ca: authority.certificate,
        cert: wall.certificate,
        key: wall.key,
      })
      const outer = new TLSSocket(client, {
        isServer: true,
        requestCert: true,
        rejectUnauthorized: true,
        cert: certificate,
        key,
        ca: authority.certificate,
        ...versions,
      })
      for (const socket of [inner, outer]) socket.on('error', () => client.destroy())
      outer.on('data', (data: Buffer) => (said += data.toString('latin1')))
      outer.pipe(inner).pipe(outer)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    heard: () => said,
    async dispose() {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
