import type { Obstacle } from './callouts.ts'

export interface ScaleBar {
  readonly element: HTMLElement
  /** @returns what callouts keep clear of */
  draw(view: { height: number; rem: number; metresPerPixel: number; language: string }): Obstacle
}

export function createScaleBar(): ScaleBar {
  const element = document.createElement('div')
  element.className = 'map-scale'
  const bar = document.createElement('i')
  const distance = document.createElement('span')
  element.append(bar, distance)
  return {
    element,
    draw({ height, rem, metresPerPixel, language }) {
      const metres = roundMetres(22 * rem * metresPerPixel)
      const width = metres / metresPerPixel
      bar.style.width = `${width}px`
      distance.textContent = distanceInWords(metres, language)
      const own = 4.6 * rem
      return { x: 0, y: height - own - 2 * rem, width: width + 11 * rem, height: own, weight: Infinity }
    },
  }
}

/** A length that people measure with: 1, 2 or 5 of something. */
export function roundMetres(metres: number): number {
  const power = 10 ** Math.floor(Math.log10(metres))
  const lead = metres / power
  return power * (lead >= 5 ? 5 : lead >= 2 ? 2 : 1)
}

export const distanceInWords = (metres: number, language: string): string =>
  metres >= 1000
    ? `${(metres / 1000).toLocaleString(language)} km`
    : `${metres.toLocaleString(language, { maximumFractionDigits: 0 })} m`
