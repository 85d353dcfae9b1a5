/** Where markup and scripts of the inputs would report that they ran. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server that nobody must ever ask for anything. */
export async function listenAt(port: number): Promise<{ server: Server; reached: string[] }> {
  const reached: string[] = []
  const server = createServer((request, response) => {
    reached.push(String(request.url))
    response.end()
  })
  // in whatever protocol
  server.on('connection', () => reached.push('a connection'))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return { server, reached }
}

/** @returns where a server of ours may listen */
export async function freePort(): Promise<number> {
  const { server } = await listenAt(0)
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
