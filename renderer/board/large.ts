import type { Component } from 'svelte'
import type { EntityRef } from '../../preload/contract/entity.ts'
import type { Scene, Widget } from '../../preload/contract/scene.ts'

/** The map and what draws it are large, and many a screen has none: its code comes when a scene has one. */
export const loadMap = () =>
  import('./map/MapWidget.svelte') as Promise<{
    default: Component<{ widget: Extract<Widget, { widget: 'map' }>; pointedOut: EntityRef | null }>
  }>

/** Resolves when each widget of the scene can be made at once. */
export async function loadWidgets({ widgets }: Scene): Promise<void> {
  if (widgets.some(({ widget }) => widget === 'map')) await loadMap()
}
