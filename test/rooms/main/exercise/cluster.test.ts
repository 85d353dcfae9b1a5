/** Members have to know each other's ports before they listen: one that another takes meanwhile is no end. */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import type * as Net from 'node:net'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createAuthority } from '../../../../main/exercise/authority.ts'
import { startCluster } from '../../../../main/exercise/cluster.ts'

const chosen = vi.hoisted(() => ({ taken: 0, asked: 0 }))
vi.mock('node:net', async (original) => {
  const net = await original<typeof Net>()
  return {
    ...net,
    createServer: () => {
      const server = net.createServer()
      const address = server.address.bind(server)
      server.address = () => {
        const found = address()
        // the first that is asked for is one that somebody has
        return chosen.taken > 0 && chosen.asked++ === 0
          ? { ...(found as AddressInfo), port: chosen.taken }
          : found
      }
      return server
    },
  }
})

let somebody: Server
let directory: string
beforeAll(async () => {
  somebody = createServer().listen(0, '127.0.0.1')
  await once(somebody, 'listening')
  directory = await mkdtemp(join(tmpdir(), 'vigie-cluster-'))
})
afterAll(async () => {
  somebody.close()
  await rm(directory, { recursive: true, force: true })
})

it('a port that is taken between choice and start: all of them start with others', async () => {
  chosen.taken = (somebody.address() as AddressInfo).port
  const authority = await createAuthority('Test', Date.now())
  const cluster = await startCluster({
    ...{ count: 3, directory, authority: authority.certificate, users: [] },
    server: await authority.issueServer(['localhost', '127.0.0.1']),
  })
  expect(chosen.asked).toBeGreaterThan(3)
  expect(cluster).toMatchObject({ ok: true, value: { copies: 3 } })
  if (cluster.ok) await cluster.value.stop()
})
