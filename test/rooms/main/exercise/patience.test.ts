/** A server that is frozen, refuses or dies early: whoever waits for it is told, and waits no longer. */
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { connect } from '@nats-io/transport-node'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createAuthority, type Authority, type Issued } from '../../../../main/exercise/authority.ts'
import { setUpBus } from '../../../../main/exercise/bus.ts'
import { startCluster } from '../../../../main/exercise/cluster.ts'
import { authorization, startServer, type Server } from '../../../../main/exercise/server.ts'

let directory: string
let authority: Authority
let keys: Issued
const path = process.env['PATH']

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vigie-patience-'))
  authority = await createAuthority('Test', Date.now())
  keys = await authority.issueServer(['localhost', '127.0.0.1'])
})
afterEach(async () => {
  process.env['PATH'] = path
  await rm(directory, { recursive: true, force: true })
})

const options = () => ({
  ...{ directory, authority: authority.certificate, server: keys, users: [{ user: 'CN=one' }] },
  removeOnDeath: directory,
})
const start = async (more: { users?: { user: string }[] } = {}): Promise<Server> => {
  const started = await startServer({ ...options(), reloadsWithin: 2000, ...more })
  if (!started.ok) throw new Error(started.error.message)
  return started.value
}

it('rights that the server refuses are refused to who gives them, and those before stay', async () => {
  const server = await start()
  expect(await server.setUsers([{ user: 'CN=two' }, { user: 'CN=two' }])).toMatchObject({
    ok: false,
    error: { code: 'exercise.failed', message: expect.stringMatching(/new rights.*two/s) as string },
  })
  expect(await readFile(join(directory, 'server.conf'), 'utf8')).toContain(
    authorization([{ user: 'CN=one' }]),
  )
  expect(await server.setUsers([{ user: 'CN=two' }])).toEqual({ ok: true, value: undefined })
  await server.stop()
})

it('a server that is frozen takes no rights and sets up nothing, and who waits is told', async () => {
  const feeder = await authority.issueClient([['CN', 'feeder']])
  const server = await start({ users: [{ user: feeder.user }] })
  const connection = await connect({
    servers: `127.0.0.1:${server.port}`,
    tls: { ca: authority.certificate, cert: feeder.certificate, key: feeder.key },
  })
  server.freeze()
  expect(await server.setUsers([])).toMatchObject({ ok: false, error: { code: 'exercise.failed' } })
  await expect(setUpBus(connection, [], 1, 1000)).rejects.toThrow(/not ready/)
  server.thaw()
  await setUpBus(connection, [], 1, 30_000)
  await connection.close()
  await server.stop()
})

it('a server without JetStream is waited for as long as was said, and set up once it has it', async () => {
  const feeder = await authority.issueClient([['CN', 'feeder']])
  // of two blocks the last one holds
  const without = { ...options(), users: [{ user: feeder.user }], blocks: 'jetstream: disabled' }
  const started = await startServer(without)
  if (!started.ok) throw new Error(started.error.message)
  const server = started.value
  const signIn = () =>
    connect({
      servers: `127.0.0.1:${server.port}`,
      tls: { ca: authority.certificate, cert: feeder.certificate, key: feeder.key },
    })
  const connection = await signIn()
  await expect(setUpBus(connection, [], 1, 1000)).rejects.toThrow(/not ready after 1 s.*JetStream/)
  await connection.close()
  without.blocks = ''
  expect((await server.restart()).ok).toBe(true)
  const again = await signIn()
  await setUpBus(again, [], 1, 30_000)
  await again.close()
  await server.stop()
})

it('a server that dies while others still start is told of', async () => {
  const real = await Promise.all(
    (path ?? '').split(delimiter).map((folder) =>
      readdir(folder).then(
        (names) => (names.includes('nats-server') ? folder : null),
        () => null,
      ),
    ),
  )
  const slow = join(directory, 'slow')
  const go = join(directory, 'go')
  await mkdir(slow)
  // the second waits
  await writeFile(
    join(slow, 'nats-server'),
    `#!/bin/sh
case "$2" in *server-2*) while [ ! -e "${go}" ]; do sleep 0.05; done ;; esac
exec "${real.find((folder) => folder !== null) ?? ''}/nats-server" "$@"
`,
  )
  await chmod(join(slow, 'nats-server'), 0o755)
  process.env['PATH'] = `${slow}${delimiter}${path ?? ''}`
  const died: Server[] = []
  const starting = startCluster({
    ...options(),
    count: 2,
    onExit: (server) => void died.push(server),
  })
  const ports = join(directory, 'server-1', 'ports')
  const pid = await vi.waitFor(
    async () => {
      const found = /_(\d+)\.ports/.exec((await readdir(ports)).join())?.[1]
      if (found === undefined) throw new Error('it does not listen yet')
      return Number(found)
    },
    { interval: 50, timeout: 60_000 },
  )
  // what it does at once when it is there
  await new Promise((resolve) => setTimeout(resolve, 200))
  process.kill(pid, 'SIGKILL')
  await new Promise((resolve) => setTimeout(resolve, 200))
  await writeFile(go, '')
  const started = await starting
  if (!started.ok) throw new Error(started.error.message)
  expect(died).toEqual([started.value.servers[0]])
  expect(started.value.servers.map((server) => server.running())).toEqual([false, true])
  await started.value.stop()
})
