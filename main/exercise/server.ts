import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { Issued } from './authority.ts'

/** What a user of the server may publish and subscribe to, as subjects with NATS wildcards. */
export type Permissions = {
  publish: { allow: readonly string[]; deny: readonly string[] }
  subscribe: { allow: readonly string[]; deny: readonly string[] }
}

export type ServerUser = {
  /** the certificate's subject in RFC 2253 form */
  user: string
  /** none: may do all */
  permissions?: Permissions
}

/** A server's place in a cluster. Whoever is let in there may say anything, so routes have an authority of their own. */
export type Member = {
  /** of this server, as the others know it */
  name: string
  routePort: number
  /** the route ports of all */
  routes: readonly number[]
  authority: string
  keys: Issued
}

export type ServerOptions = {
  /** where configuration, keys, log and the JetStream store go; must exist and be ours alone */
  directory: string
  authority: string
  server: Issued
  users: readonly ServerUser[]
  /** none: it is alone */
  member?: Member
  /** JetStream's name for what is kept here, where leaves keep their own; none: it needs no name */
  domain?: string
  /** further blocks of its configuration */
  blocks?: string
  /** largest message, bytes; the server's own limit is 8 MB for safety */
  maxPayload?: number
  /** ms that it may take for other rights; what it has unless a test says otherwise */
  reloadsWithin?: number
  /** removed when this process dies, however it dies */
  removeOnDeath?: string
  onExit?: (code: number | null) => void
}

export type Server = {
  url: string
  port: number
  /** orderly: JetStream closes its files */
  stop(): Promise<void>
  /** SIGKILL, as a power cut would */
  kill(): Promise<void>
  /** SIGSTOP: neither closes nor answers, as one that is cut off; `thaw` lets it go on where it was */
  freeze(): void
  thaw(): void
  /** on the same port and store; stops a running one first */
  restart(): Promise<Result<void>>
  /** other rights, without a restart; they hold once this is resolved. One that refuses them keeps those it has */
  setUsers(users: readonly ServerUser[]): Promise<Result<void>>
  running(): boolean
}

// The server must not outlive us, and a process that gets SIGKILL can't say goodbye. So a shell stands between:
// it reads a pipe of ours that nobody writes to; when that pipe closes, we are gone, and it ends the server.
const guard = `
exec 3<&0
"$1" -c "$2" </dev/null >>"$3" 2>&1 &
server=$!
echo "$server"
{
  read -r _ <&3
  trap '' TERM
  kill -9 "$server"
  [ -z "$4" ] || rm -rf -- "$4" || { sleep 1; rm -rf -- "$4"; }
} 2>/dev/null &
watch=$!
wait "$server"
code=$?
kill "$watch" 2>/dev/null
exit "$code"
`

const quote = (text: string) => JSON.stringify(text)
const list = (subjects: readonly string[]) =>
  subjects.length === 0
    ? '[]'
    : `[\n${subjects.map((subject) => `        ${quote(subject)}\n`).join('')}      ]`

const userBlock = ({ user, permissions }: ServerUser): string =>
  permissions === undefined
    ? `  { user: ${quote(user)} }`
    : `  { user: ${quote(user)}, permissions: {
    publish: {
      allow: ${list(permissions.publish.allow)}
      deny: ${list(permissions.publish.deny)}
    }
    subscribe: {
      allow: ${list(permissions.subscribe.allow)}
      deny: ${list(permissions.subscribe.deny)}
    }
  } }`

/** Who may come in, and what each may; the README shows administrators what this makes. */
export const authorization = (users: readonly ServerUser[]): string =>
  `authorization { users: [\n${users.map(userBlock).join('\n')}\n] }`

const clusterBlock = (directory: string, member: Member): string => `
cluster {
  name: "vigie-exercise"
  listen: "127.0.0.1:${member.routePort}"
  routes: [
${member.routes.map((port) => `    "nats-route://127.0.0.1:${port}"\n`).join('')}  ]
  tls {
    cert_file: ${quote(join(directory, 'route.pem'))}
    key_file: ${quote(join(directory, 'route.key'))}
    ca_file: ${quote(join(directory, 'route-authority.pem'))}
    verify: true
    timeout: 10
  }
}
`

/** Loopback only, TLS for every byte, and the certificate's subject is the user. */
const configuration = (options: ServerOptions, port: number, users: readonly ServerUser[]): string => `
listen: "127.0.0.1:${port}"
server_name: ${quote(options.member?.name ?? 'vigie-exercise')}
max_payload: ${options.maxPayload ?? 1_048_576}
max_pending: 256MB
write_deadline: "30s"
ports_file_dir: ${quote(join(options.directory, 'ports'))}
jetstream { store_dir: ${quote(join(options.directory, 'store'))}, max_mem: 64MB, max_file: 16GB${options.domain === undefined ? '' : `, domain: ${quote(options.domain)}`} }
tls {
  cert_file: ${quote(join(options.directory, 'server.pem'))}
  key_file: ${quote(join(options.directory, 'server.key'))}
  ca_file: ${quote(join(options.directory, 'authority.pem'))}
  verify_and_map: true
  timeout: 10
}
${options.member === undefined ? '' : clusterBlock(options.directory, options.member)}${options.blocks ?? ''}
${authorization(users)}
`

const program = 'nats-server'
/** what it writes to its log at the end of a reload */
const reloaded = 'Reloaded server configuration'
const reloadsWithin = 30_000

/** @returns the port that a server with port -1 chose, from the file it writes once it listens */
const chosenPort = async (directory: string): Promise<number | null> => {
  for (const name of await readdir(directory)) {
    if (!name.endsWith('.ports')) continue
    // the file is written in place, so it may be seen half done
    const found = /:(\d+)"/.exec(await readFile(join(directory, name), 'utf8'))?.[1]
    if (found !== undefined) return Number(found)
  }
  return null
}

const present = (): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = spawn(program, ['--version'], { stdio: 'ignore' })
    probe.once('error', () => resolve(false))
    probe.once('exit', (code) => resolve(code === 0))
  })

/** A real `nats-server` with JetStream and mutual TLS on a free loopback port. */
export const startServer = async (options: ServerOptions): Promise<Result<Server>> => {
  const { directory } = options
  const configFile = join(directory, 'server.conf')
  const logFile = join(directory, 'server.log')
  const portsDirectory = join(directory, 'ports')
  if (!(await present()))
    return fail(
      'exercise.failed',
      'nats-server is not installed; run: sudo apt-get install -y nats-server',
      program,
    )
  await mkdir(portsDirectory, { recursive: true })
  await writeFile(join(directory, 'server.pem'), options.server.certificate)
  await writeFile(join(directory, 'server.key'), options.server.key, { mode: 0o600 })
  await writeFile(join(directory, 'authority.pem'), options.authority)
  if (options.member !== undefined) {
    await writeFile(join(directory, 'route.pem'), options.member.keys.certificate)
    await writeFile(join(directory, 'route.key'), options.member.keys.key, { mode: 0o600 })
    await writeFile(join(directory, 'route-authority.pem'), options.member.authority)
  }

  let users = options.users
  let port = -1
  let pid = 0
  let shell: ChildProcess | null = null
  let exited: Promise<unknown> = Promise.resolve()
  let wanted = false

  const endOfLog = async () => (await readFile(logFile, 'utf8').catch(() => '')).slice(-600).trim()

  const start = async (): Promise<Result<void>> => {
    await rm(portsDirectory, { recursive: true, force: true })
    await mkdir(portsDirectory)
    await writeFile(configFile, configuration(options, port, users), { mode: 0o600 })
    const child = spawn(
      '/bin/sh',
      ['-c', guard, 'guard', program, configFile, logFile, options.removeOnDeath ?? ''],
      // a session of its own: Ctrl-C in a terminal ends us first, and we end it in order
      { stdio: ['pipe', 'pipe', 'ignore'], detached: true },
    )
    shell = child
    wanted = true
    exited = once(child, 'exit')
    child.once('exit', (code) => {
      shell = null
      if (wanted) options.onExit?.(code)
    })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    pid = Number(line.toString().trim())
    for (let tries = 0; tries < 1500 && shell !== null; tries++) {
      const found = await chosenPort(portsDirectory)
      if (found !== null) {
        port = found
        return ok(undefined)
      }
      await sleep(20)
    }
    return fail('exercise.failed', `nats-server did not start: ${await endOfLog()}`, program)
  }

  const end = async (signal: NodeJS.Signals) => {
    if (shell === null) return
    wanted = false
    try {
      process.kill(pid, signal)
      // one that is frozen would never hear it
      process.kill(pid, 'SIGCONT')
    } catch {
      // gone between the check and the signal: what we wanted
    }
    await exited
  }

  const running = () => shell !== null
  const reloads = async () => (await readFile(logFile, 'utf8')).split(reloaded).length

  const started = await start()
  if (!started.ok) return started
  return ok({
    url: `tls://127.0.0.1:${port}`,
    port,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    freeze: () => void process.kill(pid, 'SIGSTOP'),
    thaw: () => void process.kill(pid, 'SIGCONT'),
    async restart() {
      await end('SIGTERM')
      return start()
    },
    async setUsers(next) {
      const before = users
      const configure = () => writeFile(configFile, configuration(options, port, users), { mode: 0o600 })
      users = next
      await configure()
      if (shell === null) return ok(undefined)
      const reloadsBefore = await reloads()
      process.kill(pid, 'SIGHUP')
      const until = performance.now() + (options.reloadsWithin ?? reloadsWithin)
      // until it has read them, and set up JetStream for them again, the server answers with neither
      while (running() && (await reloads()) === reloadsBefore) {
        if (performance.now() > until) {
          users = before
          await configure()
          return fail('exercise.failed', `nats-server did not take new rights: ${await endOfLog()}`, program)
        }
        await sleep(20)
      }
      return ok(undefined)
    },
    running,
  })
}
