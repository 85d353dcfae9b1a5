import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { swapInClear } from '../../../../main/trust/swap.ts'

/** A file system with what Linux says of its swap and its disks. */
let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vigie-swap-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const write = async (path: string, text: string) => {
  await mkdir(join(root, path, '..'), { recursive: true })
  await writeFile(join(root, path), text)
}
const swaps = (...lines: string[]) =>
  write('proc/swaps', ['Filename\t\t\tType\t\tSize\t\tUsed\t\tPriority', ...lines, ''].join('\n'))
const device = async (name: string, uuid: string | null, on: string[] = []) => {
  await mkdir(join(root, 'sys/class/block', name, 'slaves'), { recursive: true })
  if (uuid !== null) await write(`sys/class/block/${name}/dm/uuid`, `${uuid}\n`)
  for (const each of on)
    await symlink(join(root, 'sys/class/block', each), join(root, 'sys/class/block', name, 'slaves', each))
}

describe('swap on which the key could lie in clear', () => {
  it('is a partition or a file that is not encrypted', async () => {
    await swaps('/dev/sda2  partition\t8388604\t0\t-2', '/swap\\040file file\t1024\t0\t-3')
    await device('sda2', null)
    expect(await swapInClear(root)).toEqual(['/dev/sda2', '/swap file'])
  })

  it('is none of: no swap, memory that is compressed, an encrypted disk, a volume on one', async () => {
    await swaps()
    expect(await swapInClear(root)).toEqual([])
    await swaps('/dev/zram0 partition 1 0 1', '/dev/dm-1 partition 1 0 1', '/dev/dm-2 partition 1 0 1')
    await device('zram0', null)
    await write('sys/class/block/zram0/backing_dev', 'none\n')
    await device('sda2', null)
    await device('dm-1', 'CRYPT-LUKS2-abc-swap', ['sda2'])
    await device('dm-2', 'LVM-abc', ['dm-1'])
    expect(await swapInClear(root)).toEqual([])
  })

  it('is compressed memory too where it is written back to a disk, and a volume with a part in clear', async () => {
    await swaps('/dev/zram0 partition 1 0 1', '/dev/dm-2 partition 1 0 1')
    await device('zram0', null)
    await write('sys/class/block/zram0/backing_dev', '/dev/sda3\n')
    await device('sda2', null)
    await device('dm-1', 'CRYPT-LUKS2-abc-swap')
    await device('dm-2', 'LVM-abc', ['dm-1', 'sda2'])
    expect(await swapInClear(root)).toEqual(['/dev/zram0', '/dev/dm-2'])
  })

  it('is not told of where there is no such list', async () => {
    expect(await swapInClear(root)).toEqual([])
  })
})
