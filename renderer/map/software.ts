/** True where the processor has to draw: SwiftShader, llvmpipe and their like, or where nothing is told. */
function drawsInSoftware(gl: WebGL2RenderingContext): boolean {
  const info = gl.getExtension('WEBGL_debug_renderer_info')
  const name: unknown = gl.getParameter(info === null ? gl.RENDERER : info.UNMASKED_RENDERER_WEBGL)
  return typeof name !== 'string' || /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name)
}

/** The same, asked before the map has a context of its own: smoothed edges cost a processor four times the work. */
export function softwareHere(): boolean {
  const gl = document.createElement('canvas').getContext('webgl2')
  if (gl === null) return true
  const software = drawsInSoftware(gl)
  gl.getExtension('WEBGL_lose_context')?.loseContext()
  return software
}

/** Calls back when the graphics card has done all that it was told so far. */
export function whenDrawn(gl: WebGL2RenderingContext, done: () => void): void {
  const sync = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0)
  if (sync === null) {
    done()
    return
  }
  gl.flush()
  const patience = performance.now() + 60_000
  const look = (): void => {
    const status = gl.clientWaitSync(sync, 0, 0)
    if (status === gl.TIMEOUT_EXPIRED && performance.now() < patience) {
      setTimeout(look, 12)
      return
    }
    gl.deleteSync(sync)
    done()
  }
  setTimeout(look, 0)
}
