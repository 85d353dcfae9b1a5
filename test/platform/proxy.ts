/** The line between one node and its platform, in a test's hands: it can be cut, frozen and made long. */
import { once } from 'node:events'
import { connect as dial, createServer, type AddressInfo, type Socket } from 'node:net'

export interface Proxy {
  port: number
  /** connections that stand now */
  connections(): number
  /** pieces that are on their way, or stand still */
  waiting(): number
  /** what stands dies, and who comes is turned away, or hangs without a word; until `mend` */
  cut(newcomers?: 'refused' | 'hang'): void
  /**
   * not a byte goes through and nobody is told, until `mend`: a cable between two switches. `up`: only what the client
   * says stands still; `down`: only what it is told
   */
  freeze(way?: 'both' | 'up' | 'down'): void
  /** ms that each byte takes from now on, one way */
  delay(ms: number): void
  /** all goes through as before the cut or the frost, at once */
  mend(): void
  dispose(): Promise<void>
}

/** One way of a connection: what comes in goes out in order, each piece not before its time. */
function pump(from: Socket, to: Socket, way: { frozen: boolean }, line: { delay: number }) {
  const waiting: { chunk: Buffer | null; due: number }[] = []
  let timer: NodeJS.Timeout | undefined
  const move = (): void => {
    clearTimeout(timer)
    while (!way.frozen) {
      const [next] = waiting
      if (next === undefined) return
      const early = next.due - performance.now()
      if (early > 0) {
        timer = setTimeout(move, early)
        return
      }
      waiting.shift()
      if (next.chunk === null) to.end()
      else if (!to.write(next.chunk) && !from.isPaused()) {
        from.pause()
        to.once('drain', () => from.resume())
      }
    }
  }
  const take = (chunk: Buffer | null): void => {
    waiting.push({ chunk, due: performance.now() + line.delay })
    move()
  }
  from.on('data', take)
  from.on('end', () => take(null))
  return { move, waiting: () => waiting.length, stop: () => clearTimeout(timer) }
}

/** @param target the port on this machine that it stands in front of @param at its own; 0: any */
export async function startProxy(target: number, at = 0): Promise<Proxy> {
  const up = { frozen: false }
  const down = { frozen: false }
  const line = { delay: 0 }
  let newcomers: 'let in' | 'refused' | 'hang' = 'let in'
  const all = new Set<Socket>()
  const lines = new Map<Socket, ReturnType<typeof pump>[]>()
  const keep = (socket: Socket): void => {
    all.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => all.delete(socket))
  }
  const server = createServer({ allowHalfOpen: true }, (client) => {
    keep(client)
    if (newcomers === 'refused') return void client.resetAndDestroy()
    if (newcomers === 'hang') return void client.resume()
    const behind = dial({ port: target, host: '127.0.0.1', allowHalfOpen: true })
    keep(behind)
    const ways = [pump(client, behind, up, line), pump(behind, client, down, line)]
    lines.set(client, ways)
    for (const socket of [client, behind])
      socket.once('close', () => {
        for (const { stop } of ways) stop()
        client.destroy()
        behind.destroy()
        lines.delete(client)
      })
  })
  server.listen(at, '127.0.0.1')
  await once(server, 'listening')
  const destroyAll = (): void => {
    for (const socket of all) socket.resetAndDestroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => lines.size,
    waiting: () => [...lines.values()].flat().reduce((sum, way) => sum + way.waiting(), 0),
    cut(how = 'refused') {
      newcomers = how
      destroyAll()
    },
    freeze(way = 'both') {
      if (way !== 'down') up.frozen = true
      if (way !== 'up') down.frozen = true
    },
    delay(ms) {
      line.delay = ms
    },
    mend() {
      // who hung meanwhile has to come again
      if (newcomers === 'hang') for (const socket of all) if (!lines.has(socket)) socket.destroy()
      newcomers = 'let in'
      up.frozen = down.frozen = false
      for (const { move } of [...lines.values()].flat()) move()
    },
    async dispose() {
      destroyAll()
      server.close()
      await once(server, 'close')
    },
  }
}
