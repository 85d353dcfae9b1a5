import { Map as MapLibre, type MapOptions } from 'maplibre-gl'
import { createPace } from '../pace.ts'
import { createReadback } from '../readback.ts'

/**
 * MapLibre draws at each small change, and a processor may need a second for it: here the next frame starts when the
 * last is on the screen, and not before the rest of the machine had its turn.
 */
export class HeldMap extends MapLibre {
  readonly #pace = createPace(true)
  #later: ReturnType<typeof setTimeout> | null = null
  #again = false
  #wipe: () => void = () => undefined

  constructor(options: MapOptions) {
    super(options)
    const canvas = this.getCanvas()
    const gl = canvas.getContext('webgl2')
    const readback = gl === null ? null : createReadback(canvas, gl)
    if (readback === null) return
    this.#wipe = readback.wipe
    this.on('render', () => {
      this.#pace.started(performance.now())
      readback.take(() => {
        this.#pace.finished(performance.now())
        if (!this.#again) return
        this.#again = false
        this.triggerRepaint()
      })
    })
    this.once('remove', () => {
      if (this.#later !== null) clearTimeout(this.#later)
      readback.dispose()
    })
  }

  /** Its picture is gone, and none of what is still being drawn comes to be seen. */
  wipe(): void {
    this.#wipe()
  }

  override triggerRepaint(): void {
    // the first calls come from MapLibre's own constructor
    if (!(#pace in this)) {
      super.triggerRepaint()
      return
    }
    if (this.#pace.busy) {
      this.#again = true
      return
    }
    this.#later ??= setTimeout(() => {
      this.#later = null
      if (this.#pace.busy) this.#again = true
      else super.triggerRepaint()
    }, this.#pace.wait(performance.now()))
  }
}
