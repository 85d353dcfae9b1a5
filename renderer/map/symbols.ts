import ms from 'milsymbol'
import { severities } from '../../preload/contract/event.ts'
import { createShelves } from './atlas.ts'
import {
  glyphNamed,
  glyphOfSidc,
  glyphs,
  keepsToMark,
  severityGlyphs,
  type Glyph,
  type GlyphName,
} from './glyphs.ts'

/** A picture on the sheet: its frame in sheet pixels, its height on the screen in pixels (0: draw nothing). */
export interface Cell {
  x: number
  y: number
  width: number
  height: number
  size: number
  turns: boolean
}

/** How much of an entity there is room for. */
export type Detail = 'full' | 'small' | 'mark'

export interface Symbols {
  readonly sheet: HTMLCanvasElement | OffscreenCanvas
  /** counts up whenever the sheet was drawn on: the texture must be made again */
  readonly version: number
  /** symbols that no rule knows, or that found no room; each drawn as a plain dot */
  readonly unknown: number
  /**
   * @param key a SIDC of 20 digits, or a category
   * @param symbology the product's descriptor: category → SIDC or the name of a glyph
   * @param severity index into `severities`; from Moderate up it is drawn instead
   */
  cell(key: string, symbology: Symbology | undefined, severity: number, detail: Detail, grey: boolean): Cell
  /** true for what is drawn by a standard symbol when there is room */
  standard(key: string, symbology: Symbology | undefined): boolean
}
export type Symbology = { readonly [category: string]: string }

const side = 1024
/** Pictures are drawn this much larger than shown, so that they stay sharp between pixels. */
const oversample = 2
const fullSize = 30
const smallSize = 19
/** Keys come from the network: remember no more than this many of them. */
const mostKeys = 2000

const sidcPattern = /^\d{20}$/

interface Given {
  canvas?: (side: number) => HTMLCanvasElement | OffscreenCanvas
  /** how large symbols are drawn: 1 at a desk, 1.6 on a wall read from five metres */
  scale?: number
}

/** The sizes here and in glyphs.ts are those of the wall. */
export const wallScale = 1.6

export function createSymbols({ canvas = plainCanvas, scale: wanted = wallScale }: Given = {}): Symbols {
  const scale = wanted / wallScale
  const sheet = canvas(side)
  const pen = sheet.getContext('2d') as CanvasRenderingContext2D
  const place = createShelves(side, side)
  const cells = new Map<string, Cell>()
  const refused = new Set<string>()
  let version = 0

  function add(
    key: string,
    width: number,
    height: number,
    size: number,
    turns: boolean,
    draw: () => void,
  ): Cell | null {
    const spot = place(Math.ceil(width), Math.ceil(height))
    if (spot === null) return null
    pen.save()
    pen.translate(spot.x, spot.y)
    draw()
    pen.restore()
    version++
    const cell = { x: spot.x, y: spot.y, width: Math.ceil(width), height: Math.ceil(height), size, turns }
    cells.set(key, cell)
    return cell
  }

  function glyphCell(name: string, glyph: Glyph, grey: boolean): Cell {
    const key = grey ? `${name} grey` : name
    const known = cells.get(key)
    if (known !== undefined) return known
    const size = glyph.size * scale
    const pixels = Math.max(1, Math.ceil(size * oversample))
    const cell = add(key, pixels, pixels, size, glyph.turns, () => {
      pen.filter = grey ? 'grayscale(1)' : 'none'
      pen.scale(pixels, pixels)
      glyph.draw(pen)
    })
    return cell ?? nothing
  }

  function sidcCell(sidc: string, wanted: number, grey: boolean): Cell | null {
    const key = `${sidc} ${wanted}${grey ? ' grey' : ''}`
    const known = cells.get(key)
    if (known !== undefined) return known
    if (refused.has(sidc) || cells.size >= mostKeys) return null
    const symbol = new ms.Symbol(sidc, {
      size: wanted * scale * oversample,
      colorMode: 'Medium',
      outlineColor: '#0d1115',
      outlineWidth: 5,
      infoFields: false,
      // colour is for what is abnormal: the standard's purple for civilians would outshine it
      civilianColor: false,
    })
    // a SIDC that the standard does not know would be drawn as a frame with a question mark
    const valid: unknown = symbol.isValid()
    if (valid !== true) return null
    const { width, height } = symbol.getSize()
    if (!(width > 0 && width < 400 && height > 0 && height < 400)) return null
    const picture = symbol.asCanvas(1)
    return add(key, width, height, height / oversample, false, () => {
      pen.filter = grey ? 'grayscale(1)' : 'none'
      pen.drawImage(picture, 0, 0)
    })
  }

  function plain(key: string, grey: boolean): Cell {
    if (refused.size < mostKeys) refused.add(key)
    return glyphCell('dot', glyphs.dot, grey)
  }

  return {
    sheet,
    get version() {
      return version
    },
    get unknown() {
      return refused.size
    },
    standard(key, symbology) {
      const meant = meaning(key, symbology)
      return meant !== null && sidcPattern.test(meant) && !refused.has(meant)
    },
    cell(key, symbology, severity, detail, grey) {
      const meant = meaning(key, symbology)
      const word = severities[severity]
      const alarm = word === undefined ? null : severityGlyphs[word]
      if (alarm !== null && meant !== 'none') return glyphCell(`severity ${word}`, alarm, grey)
      if (meant === null) return plain(key, grey)
      if (!sidcPattern.test(meant)) return glyphCell(meant, glyphs[meant as GlyphName], grey)
      if (detail === 'mark' || keepsToMark(meant)) {
        const mark = glyphOfSidc(meant)
        return glyphCell(mark, glyphs[mark], grey)
      }
      return sidcCell(meant, detail === 'full' ? fullSize : smallSize, grey) ?? plain(meant, grey)
    },
  }
}

const nothing: Cell = { x: 0, y: 0, width: 1, height: 1, size: 0, turns: false }

/** @returns a SIDC, the name of a glyph, or null when nobody knows the key */
function meaning(key: string, symbology: Symbology | undefined): string | null {
  if (sidcPattern.test(key)) return key
  const given = symbology !== undefined && Object.hasOwn(symbology, key) ? symbology[key]! : key
  return sidcPattern.test(given) ? given : glyphNamed(given)
}

function plainCanvas(pixels: number): HTMLCanvasElement {
  const made = document.createElement('canvas')
  made.width = made.height = pixels
  return made
}
