/**
 * Where elements may stand on a board, in cells. What would lie over another or leave the grid is refused and stays where it
 * was: nothing moves that nobody moved. The pointer and the keys ask the same.
 */
import type { At, Grid } from '../../../preload/contract/scene.ts'

/** What is at a cell, by its place in the scene. */
export interface Standing {
  at: At
}

export const overlaps = ([x, y, w, h]: At, [column, row, width, height]: At): boolean =>
  x < column + width && column < x + w && y < row + height && row < y + h

export const isInside = ([x, y, w, h]: At, { columns, rows }: Grid): boolean =>
  x >= 0 && y >= 0 && w >= 1 && h >= 1 && x + w <= columns && y + h <= rows

/** @param self the one that is to stand there; -1: one that is not there yet */
export const isFree = (at: At, self: number, all: readonly Standing[], grid: Grid): boolean =>
  isInside(at, grid) && all.every((other, index) => index === self || !overlaps(at, other.at))

export type Direction = 'left' | 'right' | 'up' | 'down'
const steps: { [D in Direction]: readonly [number, number] } = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
}

/** @returns the next free place that way, beyond what stands in between; null: there is none */
export function moved(self: number, way: Direction, all: readonly Standing[], grid: Grid): At | null {
  const at = all[self]?.at
  if (at === undefined) return null
  const [dx, dy] = steps[way]
  for (let step = 1; step <= Math.max(grid.columns, grid.rows); step++) {
    const next: At = [at[0] + dx * step, at[1] + dy * step, at[2], at[3]]
    if (!isInside(next, grid)) return null
    if (isFree(next, self, all, grid)) return next
  }
  return null
}

/** Right and down make it larger by a cell at its right or lower edge, left and up smaller. @returns null: there is no room */
export function resized(self: number, way: Direction, all: readonly Standing[], grid: Grid): At | null {
  const at = all[self]?.at
  if (at === undefined) return null
  const [dx, dy] = steps[way]
  const next: At = [at[0], at[1], at[2] + dx, at[3] + dy]
  return isFree(next, self, all, grid) ? next : null
}

/** Sides that are dragged, as a pointer has hold of them. */
export interface Edges {
  left: boolean
  right: boolean
  top: boolean
  bottom: boolean
}
export const noEdges: Edges = { left: false, right: false, top: false, bottom: false }

/** Where a pointer has it, kept within the grid; whether it may stay there is `isFree`. @param by cells */
export function dragged(at: At, edges: Edges, by: readonly [number, number], grid: Grid): At {
  const within = (value: number, least: number, most: number): number =>
    Math.min(Math.max(value, least), Math.max(least, most))
  const [x, y, w, h] = at
  const { left, right, top, bottom } = edges
  if (!left && !right && !top && !bottom)
    return [within(x + by[0], 0, grid.columns - w), within(y + by[1], 0, grid.rows - h), w, h]
  const west = left ? within(x + by[0], 0, x + w - 1) : x
  const north = top ? within(y + by[1], 0, y + h - 1) : y
  const east = right ? within(x + w + by[0], x + 1, grid.columns) : x + w
  const south = bottom ? within(y + h + by[1], y + 1, grid.rows) : y + h
  return [west, north, east - west, south - north]
}

/** The first free place of that size, row by row; smaller where there is no such, down to a quarter. @returns null: it is full */
export function freePlace(
  [width, height]: readonly [number, number],
  all: readonly Standing[],
  grid: Grid,
): At | null {
  const first: readonly [number, number] = [Math.min(width, grid.columns), Math.min(height, grid.rows)]
  for (const part of [1, 0.75, 0.5, 0.25]) {
    const w = Math.max(1, Math.round(first[0] * part))
    const h = Math.max(1, Math.round(first[1] * part))
    for (let y = 0; y + h <= grid.rows; y++)
      for (let x = 0; x + w <= grid.columns; x++) {
        const at: At = [x, y, w, h]
        if (isFree(at, -1, all, grid)) return at
      }
  }
  return null
}

/** As a page is read: row by row, each from the left. */
export const readingOrder = (all: readonly Standing[]): number[] =>
  all
    .map(({ at }, index) => ({ at, index }))
    .sort((a, b) => a.at[1] - b.at[1] || a.at[0] - b.at[0] || a.index - b.index)
    .map(({ index }) => index)
