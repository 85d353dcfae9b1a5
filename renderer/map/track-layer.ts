import type { DeckProps } from '@deck.gl/core'
import { IconLayer, type IconLayerProps } from '@deck.gl/layers'
import type { Columns } from './columns.ts'
import type { Dirty } from './dirty.ts'
import { stride as lookStride, type Looks } from './looks.ts'

export type Device = Parameters<NonNullable<DeckProps['onDeviceInitialized']>>[0]
export type Texture = ReturnType<Device['createTexture']>
type GpuBuffer = ReturnType<Device['createBuffer']>

const motionStride = 3
const bytes = 4

/**
 * One product on the graphics card: two buffers that we write ourselves, so that an update costs what changed
 * and deck.gl has nothing to compare, to copy or to make per row (deck.gl, "binary attributes").
 */
export interface TrackLayer {
  /** copies what changed, which then is no longer dirty */
  upload(columns: Columns, looks: Looks, moved: Dirty, looked: Dirty): void
  /** the layer to hand to deck.gl; the same object until something of it must change */
  layer(texture: Texture, length: number, pickable: boolean): IconLayer
  /** asks deck.gl for a frame */
  redraw(): void
  dispose(): void
}

export function createTrackLayer(id: string, device: Device): TrackLayer {
  let motion: GpuBuffer | null = null
  let look: GpuBuffer | null = null
  let attributes: object | null = null
  let made: { layer: IconLayer; texture: Texture; length: number; attributes: object | null } | null = null

  /** @returns true when the buffer is new and so has to be filled whole */
  function room(columns: Columns): boolean {
    const rows = columns.time.length
    if (motion !== null && motion.byteLength === rows * motionStride * bytes) return false
    motion?.destroy()
    look?.destroy()
    motion = device.createBuffer({ id: `${id}-motion`, byteLength: rows * motionStride * bytes })
    look = device.createBuffer({ id: `${id}-look`, byteLength: rows * lookStride * bytes })
    const moving = { buffer: motion, type: 'float32', stride: motionStride * bytes }
    const looking = { buffer: look, type: 'float32', stride: lookStride * bytes }
    attributes = {
      instancePositions: { ...moving, size: 2, offset: 0 },
      instanceAngles: { ...moving, size: 1, offset: 2 * bytes },
      instanceSizes: { ...looking, size: 1, offset: 0 },
      instanceIconDefs: { ...looking, size: 7, offset: bytes },
      instanceColors: { ...looking, type: 'unorm8', size: 4, offset: 8 * bytes },
    }
    return true
  }

  return {
    upload(columns, looks, moved, looked) {
      if (room(columns)) {
        moved.markAll(0, columns.length)
        looked.markAll(0, columns.length)
      }
      moved.take(columns.time.length, (from, to) => {
        const part = columns.motion.subarray(from * motionStride, to * motionStride)
        motion?.write(part, from * motionStride * bytes)
      })
      looked.take(columns.time.length, (from, to) => {
        const part = looks.values.subarray(from * lookStride, to * lookStride)
        look?.write(part, from * lookStride * bytes)
      })
    },
    layer(texture, length, pickable) {
      if (made?.texture === texture && made.length === length && made.attributes === attributes)
        return made.layer
      const props: Partial<IconLayerProps> & { id: string } = {
        id,
        // the buffers are ours; deck.gl's types know only those that it fills itself
        data: { length, attributes: attributes ?? {} } as never,
        iconAtlas: texture,
        iconMapping: {},
        sizeUnits: 'pixels',
        alphaCutoff: 0.02,
        pickable,
      }
      made = { layer: new IconLayer(props), texture, length, attributes }
      return made.layer
    },
    redraw() {
      made?.layer.setNeedsRedraw()
    },
    dispose() {
      motion?.destroy()
      look?.destroy()
    },
  }
}
