/** The line in a test's hands does what its words say. */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startProxy, type Proxy } from '../../platform/proxy.ts'

let echo: Server
let proxy: Proxy
/** what arrived at the other end */
let said = ''
const clients: Client[] = []

interface Client {
  socket: Socket
  heard: () => string
  closed: () => boolean
}
function open(): Client {
  const socket = connect(proxy.port, '127.0.0.1')
  let heard = ''
  let closed = false
  socket.on('error', () => undefined)
  socket.on('close', () => (closed = true))
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString()))
  const client = { socket, heard: () => heard, closed: () => closed }
  clients.push(client)
  return client
}

beforeEach(async () => {
  said = ''
  echo = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      socket.write(chunk.toString().toUpperCase())
    })
  })
  echo.listen(0, '127.0.0.1')
  await once(echo, 'listening')
  proxy = await startProxy((echo.address() as AddressInfo).port)
})
afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.destroy()
  await proxy.dispose()
  echo.close()
})

it('many connections go through side by side, each with its own bytes', async () => {
  const many = Array.from({ length: 20 }, open)
  many.forEach(({ socket }, at) => socket.write(`line ${at}`))
  for (const [at, client] of many.entries()) await expect.poll(client.heard).toBe(`LINE ${at}`)
  expect(proxy.connections()).toBe(20)
  many[0]!.socket.end()
  await expect.poll(proxy.connections).toBe(19)
})

it('a cut ends what stands and turns away who comes, until it is mended', async () => {
  const before = open()
  before.socket.write('a')
  await expect.poll(before.heard).toBe('A')
  proxy.cut()
  await expect.poll(before.closed).toBe(true)
  const meanwhile = open()
  await expect.poll(meanwhile.closed).toBe(true)
  expect(proxy.connections()).toBe(0)
  proxy.mend()
  const after = open()
  after.socket.write('b')
  await expect.poll(after.heard).toBe('B')
})

it('who comes to a cut that hangs hears nothing and is not told, and comes anew once it is mended', async () => {
  proxy.cut('hang')
  const hanging = open()
  await once(hanging.socket, 'connect')
  hanging.socket.write('a')
  const after = open()
  await once(after.socket, 'connect')
  expect(hanging.heard()).toBe('')
  expect(hanging.closed()).toBe(false)
  proxy.mend()
  await expect.poll(hanging.closed).toBe(true)
  const again = open()
  again.socket.write('b')
  await expect.poll(again.heard).toBe('B')
})

it('frost stops the bytes of both ways and no connection, and what waited comes in order', async () => {
  const client = open()
  client.socket.write('a')
  await expect.poll(client.heard).toBe('A')
  proxy.freeze()
  for (const letter of 'bcd') client.socket.write(letter)
  const late = open()
  await once(late.socket, 'connect')
  late.socket.write('x')
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(client.heard()).toBe('A')
  expect(late.heard()).toBe('')
  expect(client.closed()).toBe(false)
  proxy.mend()
  await expect.poll(client.heard).toBe('ABCD')
  await expect.poll(late.heard).toBe('X')
})

it.each([
  ['up', 'a'],
  ['down', 'ab'],
] as const)('frost of one way only: %s', async (way, heardBehind) => {
  const client = open()
  client.socket.write('a')
  await expect.poll(client.heard).toBe('A')
  proxy.freeze(way)
  client.socket.write('b')
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(said).toBe(heardBehind)
  expect(client.heard()).toBe('A')
  proxy.mend()
  await expect.poll(client.heard).toBe('AB')
})

it('what a long line was told before a short one still comes first', async () => {
  const client = open()
  client.socket.write('a')
  await expect.poll(client.heard).toBe('A')
  proxy.delay(2_000)
  client.socket.write('b')
  await expect.poll(proxy.waiting).toBe(1)
  proxy.delay(0)
  client.socket.write('c')
  expect(client.heard()).toBe('A')
  await expect.poll(client.heard).toBe('ABC')
})
