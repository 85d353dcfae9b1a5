/**
 * Where a document is decoded: a worker of its own for each, which whoever looks ends when it takes too long. A picture is
 * decoded by the runtime, a PDF drawn by pdf.js: no script of it runs (there is none here that could), its fonts are
 * drawn as outlines and never reach the system's, and it asks for nothing but our own files.
 */
import { getDocument, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs'
// found by the other half: all of it runs in this worker
import 'pdfjs-dist/legacy/build/pdf.worker.mjs'
import { mostPixels } from './kind.ts'
import type { Drawn, ToWorker } from './reader.ts'

interface Scope {
  location: { origin: string }
  postMessage: (message: unknown, transfer?: Transferable[]) => void
  addEventListener: (name: 'message', heard: (event: MessageEvent<unknown>) => void) => void
}
const scope = globalThis as unknown as Scope
const own = `${scope.location.origin}/pdf/`

class Canvases {
  create(width: number, height: number) {
    if (!(width > 0 && height > 0 && width * height <= mostPixels)) throw new Error('no canvas is so large')
    const canvas = new OffscreenCanvas(width, height)
    return { canvas, context: canvas.getContext('2d', { willReadFrequently: true }) }
  }
  reset(made: { canvas: OffscreenCanvas }, width: number, height: number): void {
    if (!(width > 0 && height > 0 && width * height <= mostPixels)) throw new Error('no canvas is so large')
    made.canvas.width = width
    made.canvas.height = height
  }
  destroy(made: { canvas: OffscreenCanvas }): void {
    made.canvas.width = made.canvas.height = 0
  }
}
/** What a page may have done to its colours needs a document to be done in: it is drawn without. */
class Filters {
  readonly addFilter = () => 'none'
  readonly addHCMFilter = () => 'none'
  readonly addAlphaFilter = () => 'none'
  readonly addLuminosityFilter = () => 'none'
  readonly addKnockoutFilter = () => 'none'
  readonly addHighlightHCMFilter = () => 'none'
  readonly addSelectionHCMFilter = () => 'none'
  readonly addSelectionFilter = () => 'none'
  readonly createSelectionStyle = () => null
  readonly destroy = () => undefined
}
class OwnFiles {
  async fetch({ filename }: { filename: string }): Promise<Uint8Array> {
    if (!/^[A-Za-z0-9-]+\.(?:pfb|ttf)$/.test(filename)) throw new Error('nothing of ours is called so')
    const answer = await fetch(`${own}fonts/${filename}`)
    if (!answer.ok) throw new Error(`${filename} is not there`)
    return new Uint8Array(await answer.arrayBuffer())
  }
}

type Drawing = (page: number, width: number, height: number) => Promise<{ bitmap: ImageBitmap } & Drawn>

async function openPdf(data: Uint8Array<ArrayBuffer>): Promise<Drawing> {
  const pdf: PDFDocumentProxy = await getDocument({
    data,
    verbosity: 0,
    disableFontFace: true,
    useSystemFonts: false,
    useWasm: false,
    useWorkerFetch: false,
    wasmUrl: own,
    standardFontDataUrl: `${own}fonts/`,
    maxImageSize: mostPixels,
    canvasMaxAreaInBytes: mostPixels * 4,
    enableXfa: false,
    isEvalSupported: false,
    CanvasFactory: Canvases,
    FilterFactory: Filters,
    BinaryDataFactory: OwnFiles,
  } as Parameters<typeof getDocument>[0]).promise
  return async (number, width, height) => {
    const page = await pdf.getPage(Math.min(Math.max(number, 1), pdf.numPages))
    const whole = page.getViewport({ scale: 1 })
    const scale = Math.min(width / whole.width, height / whole.height)
    const viewport = page.getViewport({ scale })
    const canvas = new OffscreenCanvas(
      Math.max(1, Math.round(viewport.width)),
      Math.max(1, Math.round(viewport.height)),
    )
    const context = canvas.getContext('2d', { alpha: false })
    if (context === null) throw new Error('nothing can be drawn here')
    await page.render({
      canvas: null,
      canvasContext: context as unknown as CanvasRenderingContext2D,
      viewport,
      background: '#fff',
    }).promise
    page.cleanup()
    return { bitmap: canvas.transferToImageBitmap(), page: page.pageNumber, pages: pdf.numPages }
  }
}

async function openImage(bytes: Uint8Array<ArrayBuffer>, type: string): Promise<Drawing> {
  const whole = await createImageBitmap(new Blob([bytes], { type }))
  return async (_, width, height) => {
    const scale = Math.min(width / whole.width, height / whole.height, 1)
    const bitmap = await createImageBitmap(whole, {
      resizeWidth: Math.max(1, Math.round(whole.width * scale)),
      resizeHeight: Math.max(1, Math.round(whole.height * scale)),
      resizeQuality: 'high',
    })
    return { bitmap, page: 1, pages: 1 }
  }
}

let drawing: Promise<Drawing> | null = null
async function hear(asked: ToWorker): Promise<void> {
  try {
    if (asked.ask === 'open') {
      drawing = asked.type === null ? openPdf(asked.bytes) : openImage(asked.bytes, asked.type)
      // whoever asks for a page is told
      drawing.catch(() => undefined)
      return
    }
    if (drawing === null) throw new Error('nothing is open')
    const drawn = await (await drawing)(asked.page, asked.width, asked.height)
    scope.postMessage({ id: asked.id, drawn }, [drawn.bitmap])
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: '', message: String(error) }
    if (asked.ask === 'page') scope.postMessage({ id: asked.id, name, message: message.slice(0, 300) })
  }
}
scope.addEventListener('message', ({ data }) => {
  // pdf.js talks to itself here, too
  if (typeof data === 'object' && data !== null && 'ask' in data) void hear(data as ToWorker)
})
