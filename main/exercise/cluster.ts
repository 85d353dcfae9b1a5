import { once } from 'node:events'
import { mkdir, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { createAuthority } from './authority.ts'
import { startServer, type Server, type ServerOptions, type ServerUser } from './server.ts'

export type ClusterOptions = Omit<ServerOptions, 'member' | 'onExit'> & {
  /** how many servers; one is alone and no cluster */
  count: number
  /** one ended that nobody asked to end */
  onExit?: (server: Server, code: number | null) => void
}

/** The servers of one platform: one, or several that are one bus. */
export type Cluster = {
  servers: readonly Server[]
  /** as a server is called by the others, and by what JetStream says of leaders; in the order of `servers` */
  names: readonly string[]
  /** of how many servers each stream is kept on */
  copies: number
  /** orderly, all of them */
  stop(): Promise<void>
  /** other rights, at every server */
  setUsers(users: readonly ServerUser[]): Promise<Result<void>>
}

const mostCopies = 3

/** Ports that were free a moment ago: members have to know each other's before they start. */
const freePorts = async (count: number): Promise<number[]> => {
  const held = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(held.map((server) => once(server, 'listening')))
  const ports = held.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(held.map((server) => once(server.close(), 'close')))
  return ports
}

const folderOf = (directory: string, at: number): string => join(directory, `server-${at + 1}`)

const mostTries = 3

/**
 * So many real servers, each with a folder below the directory. They listen when this resolves; of a cluster the leader
 * is chosen then, which `setUpBus` waits for.
 */
export async function startCluster(options: ClusterOptions): Promise<Result<Cluster>> {
  for (let tries = 1; ; tries++) {
    const started = await startTogether(options)
    // what was free a moment ago, another took: with other ports, from nothing
    const isTaken = !started.ok && started.error.message.includes('address already in use')
    if (!isTaken || options.count === 1 || tries === mostTries) return started
    for (let at = 0; at < options.count; at++)
      await rm(folderOf(options.directory, at), { recursive: true, force: true })
  }
}

const startTogether = async ({ count, onExit, ...options }: ClusterOptions): Promise<Result<Cluster>> => {
  /** by number, each from when it listens */
  const servers: Server[] = []
  const numbers = Array.from({ length: count }, (_, at) => at)
  const names = numbers.map((at) => `vigie-exercise-${at + 1}`)
  const alone = count === 1
  const routes = alone ? [] : await freePorts(count)
  // not the nodes' authority: what it signed for a wall must not open a route
  const authority = alone ? null : await createAuthority('Vigie exercise routes', Date.now())
  const keys = await authority?.issueRoute(['127.0.0.1'])

  const started = await Promise.all(
    numbers.map(async (at) => {
      const directory = alone ? options.directory : folderOf(options.directory, at)
      await mkdir(directory, { recursive: true })
      const name = names[at] ?? ''
      const routePort = routes[at]
      const one = await startServer({
        ...options,
        directory,
        ...(authority === null || keys === undefined || routePort === undefined
          ? {}
          : { member: { name, routePort, routes, authority: authority.certificate, keys } }),
        onExit(code) {
          const server = servers[at]
          if (server) onExit?.(server, code)
        },
      })
      // it may die while others still start
      if (one.ok) servers[at] = one.value
      return one
    }),
  )
  const stop = (all: readonly Server[]) => Promise.all(all.map((server) => server.stop()))
  const failed = started.find((one) => !one.ok)
  if (failed !== undefined) {
    await stop(Object.values(servers))
    return failed.ok ? fail('exercise.failed', 'a server did not start') : failed
  }
  return ok({
    servers,
    names,
    copies: Math.min(count, mostCopies),
    async stop() {
      await stop(servers)
    },
    async setUsers(users) {
      const set = await Promise.all(servers.map((server) => server.setUsers(users)))
      return set.find(({ ok }) => !ok) ?? ok(undefined)
    },
  })
}
