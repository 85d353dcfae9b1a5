import type { Component } from 'svelte'
import type { EntityRef } from '../../../preload/contract/entity.ts'
import type { Widget } from '../../../preload/contract/scene.ts'

/** The map and what draws it are large, and many a screen has none: its code comes when a scene has one. */
export const loadMap = () =>
  import('./MapWidget.svelte') as Promise<{
    default: Component<{ widget: Extract<Widget, { widget: 'map' }>; pointedOut: EntityRef | null }>
  }>
