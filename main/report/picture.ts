/** The map as a picture of points, for word processors that can't draw lines. Its fonts are those of the paper. */
import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'

let started: Promise<void> | null = null

/** @param folder `report` of the resources @returns PNG @throws where it can't be drawn */
export async function pictureOf(svg: string, width: number, folder: string): Promise<Uint8Array> {
  // two megabytes of it: only for who asks for one
  const { initWasm, Resvg } = await import('@resvg/resvg-wasm')
  started ??= readFile(createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')).then(
    (wasm) => initWasm(wasm),
  )
  await started
  const names = (await readdir(join(folder, 'fonts'))).filter((name) => name.endsWith('.ttf')).sort()
  const fontBuffers = await Promise.all(names.map((name) => readFile(join(folder, 'fonts', name))))
  const drawing = new Resvg(svg, {
    fitTo: { mode: 'width', value: width },
    font: { fontBuffers, defaultFontFamily: 'Inter' },
  })
  try {
    return drawing.render().asPng()
  } finally {
    drawing.free()
  }
}
