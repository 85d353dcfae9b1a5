/** What is done to a node at the command line is in its trail, whether it runs meanwhile or not. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { findCommand } from '../../../../main/commands/commands.ts'
import { recordBeside } from '../../../../main/trail/beside.ts'
import { aFolder, anOpenTrail, judge, kindsIn, rowsOf } from './a-trail.ts'

const added = { kind: 'command', subject: 'vault add', detail: { certificate: 'admin.pem' } } as const
const place = (folder: string) => join(folder, 'trail.beside')

async function commandsIn(folder: string) {
  const rows = await rowsOf(folder)
  return rows
    .map(({ body }) => JSON.parse(body) as Record<string, unknown>)
    .filter(({ kind }) => kind === 'command')
}
async function known(): Promise<string> {
  const folder = await aFolder()
  await (await anOpenTrail(folder)).dispose()
  return folder
}

it('what a command did is in the chain once somebody has signed in, sealed until then', async () => {
  const folder = await known()
  expect(recordBeside(folder, added, 5)).toMatchObject({ ok: true, value: true })
  const [file = ''] = await readdir(place(folder))
  expect(await readFile(join(place(folder), file), 'latin1')).not.toMatch(/vault add|admin/)
  await (await anOpenTrail(folder)).dispose()
  expect(await commandsIn(folder)).toMatchObject([
    { at: 5, node: 'poste 1', subject: 'vault add', detail: { certificate: 'admin.pem', spooled: true } },
  ])
  expect(await readdir(place(folder))).toEqual([])
  expect(await judge(await rowsOf(folder))).toMatchObject({ bad: null })
})

it('what a command did while the node runs is not lost with its end', async () => {
  const folder = await known()
  const running = await anOpenTrail(folder)
  recordBeside(folder, added, 5)
  running.record({ kind: 'start' })
  await running.dispose()
  await (await anOpenTrail(folder)).dispose()
  expect(await kindsIn(folder)).toEqual(['start', 'command'])
})

it('before anybody ever signed in there is no trail, and nothing to write to', async () => {
  const folder = await aFolder()
  expect(recordBeside(folder, added, 5)).toEqual({ ok: true, value: false })
  expect(await readdir(folder)).toEqual([])
})

it('a trail that it can’t be added to is told, not taken for none', async () => {
  const folder = await known()
  await rm(join(folder, 'trail.spool.key'))
  expect(recordBeside(folder, added, 5)).toMatchObject({ ok: false, error: { code: 'trail.unwritable' } })
})

it('the administrator’s commands leave a record, refused ones too, and no passphrase', async () => {
  const folder = await known()
  const passphrase = join(folder, 'passphrase')
  await writeFile(passphrase, 'correct horse', { mode: 0o600 })
  const vigie = async (...typed: string[]) => {
    const found = findCommand(typed)
    return found?.command.run([...found.rest, '--profile', folder], () => undefined)
  }
  const seal = ['--passphrase-file', passphrase]
  expect(await vigie('provision', 'create', 'wall-01', '--subject', 'CN=wall-01', ...seal)).toMatchObject({
    ok: true,
  })
  await vigie('vault', 'remove', '0123456789ab', '--identity', join(folder, 'nobody.p12'), ...seal)
  await vigie('provision', 'list')
  await (await anOpenTrail(folder)).dispose()
  const commands = await commandsIn(folder)
  expect(commands).toMatchObject([
    { subject: 'provision create', refused: null, detail: { operands: ['wall-01'] } },
    { subject: 'vault remove', refused: 'identity.file-unreadable', detail: { operands: ['0123456789ab'] } },
  ])
  expect(JSON.stringify(commands)).not.toContain('correct horse')
})
