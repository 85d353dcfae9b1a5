/** A wire between a client and a server, byte for byte, that a test may hold or cut. */
import { once } from 'node:events'
import { connect as dial, createServer, type AddressInfo, type Socket } from 'node:net'

export interface Relay {
  port: number
  /** nothing that the client says arrives from now on, and nobody is told */
  hold(): void
  /** nothing that the server says arrives from now on, and nobody is told */
  mute(): void
  /** every connection ends, and none begins */
  cut(): void
  mend(): void
  dispose(): Promise<void>
}

/** @param host where it listens: one that the server's certificate is for */
export async function startRelay(to: number, host = '127.0.0.1', at = 0): Promise<Relay> {
  const open = new Set<Socket>()
  let isHeld = false
  let isMute = false
  let isCut = false
  const server = createServer((client) => {
    if (isCut) return void client.destroy()
    const behind = dial(to, '127.0.0.1')
    for (const socket of [client, behind]) {
      open.add(socket)
      socket.on('error', () => undefined)
      socket.once('close', () => {
        open.delete(socket)
        client.destroy()
        behind.destroy()
      })
    }
    client.on('data', (data) => {
      if (!isHeld) behind.write(data)
    })
    behind.on('data', (data) => {
      if (!isMute) client.write(data)
    })
  })
  server.listen(at, host)
  await once(server, 'listening')
  const end = (): void => {
    for (const socket of open) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    hold: () => void (isHeld = true),
    mute: () => void (isMute = true),
    cut() {
      isCut = true
      end()
    },
    mend: () => void (isHeld = isMute = isCut = false),
    async dispose() {
      end()
      server.close()
      await once(server, 'close')
    },
  }
}
