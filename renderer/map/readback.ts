import { whenDrawn } from './software.ts'

/**
 * Where the processor draws, the compositor fetches each frame of a WebGL canvas itself and holds the page until it is
 * drawn: seconds, while the ground comes. So there the canvas stays hidden, and its frames are fetched when they are
 * ready and put on a canvas that costs nothing to show.
 */
export interface Readback {
  /** after the frame was told to WebGL, in the same task; `shown` when it is on the screen */
  take(shown?: () => void): void
  /** nothing is seen any more, nor of the frames that were told before */
  wipe(): void
  dispose(): void
}

/** @param canvas WebGL 2 with premultiplied alpha; its element is hidden and a second one put behind it */
export function createReadback(canvas: HTMLCanvasElement, gl: WebGL2RenderingContext): Readback | null {
  const still = document.createElement('canvas')
  const pen = still.getContext('2d', { willReadFrequently: true })
  if (pen === null) return null
  still.className = 'map-readback'
  still.setAttribute('aria-hidden', 'true')
  canvas.style.visibility = 'hidden'
  canvas.after(still)

  const spare: WebGLBuffer[] = []
  let image: ImageData | null = null
  let asked = 0
  let latest = 0

  function show(buffer: WebGLBuffer, width: number, height: number): void {
    if (image?.width !== width || image.height !== height) image = new ImageData(width, height)
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, buffer)
    gl.getBufferSubData(gl.PIXEL_PACK_BUFFER, 0, image.data)
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null)
    withoutPremultiplication(image.data)
    if (still.width !== width || still.height !== height) {
      still.width = width
      still.height = height
      still.style.width = `${canvas.clientWidth}px`
      still.style.height = `${canvas.clientHeight}px`
    }
    pen?.putImageData(image, 0, 0)
  }

  return {
    take(shown) {
      const { drawingBufferWidth: width, drawingBufferHeight: height } = gl
      const buffer = spare.pop() ?? gl.createBuffer()
      const before = gl.getParameter(gl.READ_FRAMEBUFFER_BINDING) as WebGLFramebuffer | null
      gl.bindFramebuffer(gl.READ_FRAMEBUFFER, null)
      gl.bindBuffer(gl.PIXEL_PACK_BUFFER, buffer)
      gl.bufferData(gl.PIXEL_PACK_BUFFER, width * height * 4, gl.STREAM_READ)
      gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, 0)
      gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null)
      gl.bindFramebuffer(gl.READ_FRAMEBUFFER, before)
      const turn = ++asked
      whenDrawn(gl, () => {
        // one that was overtaken is not shown any more, and off the page there is no size to show it at
        if (turn > latest && !gl.isContextLost() && canvas.isConnected) {
          latest = turn
          show(buffer, width, height)
        }
        spare.push(buffer)
        shown?.()
      })
    },
    wipe() {
      latest = asked
      still.width = 0
    },
    dispose() {
      latest = Infinity
      still.remove()
      for (const buffer of spare) gl.deleteBuffer(buffer)
    },
  }
}

/** WebGL's pixels have their colour multiplied by alpha, a canvas takes them without. */
export function withoutPremultiplication(bytes: Uint8ClampedArray): void {
  const pixels = new Uint32Array(bytes.buffer)
  for (let i = 0; i < pixels.length; i++) {
    const alpha = pixels[i]! >>> 24
    if (alpha === 0 || alpha === 255) continue
    const at = i * 4
    const scale = 255 / alpha
    bytes[at] = bytes[at]! * scale
    bytes[at + 1] = bytes[at + 1]! * scale
    bytes[at + 2] = bytes[at + 2]! * scale
  }
}
