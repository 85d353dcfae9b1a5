import type { LayersList } from '@deck.gl/core'
import { MapLibreOverlay } from '@deck.gl/maplibre'
import type { Map as MapLibre } from 'maplibre-gl'
import type { ProductName } from '../../preload/contract/product.ts'
import type { Frames } from './frames.ts'
import { createReadback, type Readback } from './readback.ts'
import { screenRatio } from './sizes.ts'
import { whenDrawn } from './software.ts'
import type { Tracks } from './tracks.ts'

/** px: a finger is no needle, and some symbols are rings */
const pickWithin = 6

interface Given {
  tracks: Tracks
  frames: Frames
  software: boolean
  /** the page never waits for a frame */
  held: boolean
  onPick: ((picked: { product: ProductName; row: number }) => void) | undefined
  onLost: () => void
}

export interface Overlay {
  show(layers: LayersList): void
  /** of it nothing is on the ground any more */
  dispose(): void
}

/** deck.gl above the ground: what moves. It has a graphics context of its own. */
export function createOverlay(
  map: Pick<MapLibre, 'addControl' | 'removeControl'>,
  { tracks, frames, software, held, onPick, onLost }: Given,
): Overlay {
  let readback: Readback | null = null
  const control = new MapLibreOverlay({
    interleaved: false,
    layers: [],
    pickingRadius: pickWithin,
    useDevicePixels: screenRatio(),
    deviceProps: { type: 'webgl', webgl: { antialias: !software } },
    onDeviceInitialized(device) {
      const { gl } = device as unknown as { gl: WebGL2RenderingContext }
      tracks.bind(device)
      gl.canvas.addEventListener('webglcontextlost', onLost)
      if (held) readback = createReadback(gl.canvas as HTMLCanvasElement, gl)
      frames.restart()
    },
    onBeforeRender: frames.begin,
    onAfterRender(context) {
      const { gl } = context as unknown as { gl: WebGL2RenderingContext }
      frames.told((shown) => {
        if (readback !== null) readback.take(shown)
        else if (shown !== undefined) whenDrawn(gl, shown)
      })
    },
    onClick(picked) {
      const product = picked.layer === null ? null : tracks.productOf(picked.layer.id)
      if (product !== null && picked.index >= 0) onPick?.({ product, row: picked.index })
    },
    onError(error) {
      reportError(error)
    },
  })

  map.addControl(control)
  return {
    show: (layers) => control.setProps({ layers }),
    dispose() {
      readback?.dispose()
      // its own place stays otherwise, one for each map that the ground had
      const place = control.getCanvas()?.parentElement
      map.removeControl(control)
      place?.remove()
    },
  }
}
