import type { Picture, Read } from './picture.svelte.ts'

/** What a component reads of the picture is open while it is there. Call it while the component is made. */
export function opens({ open }: Pick<Picture, 'open'>, needs: () => readonly Read[]): void {
  // as one text: a catalog that changed elsewhere opens nothing anew
  const wanted = $derived(JSON.stringify(needs()))
  $effect(() => {
    const closes = (JSON.parse(wanted) as Read[]).map(open)
    return () => {
      for (const close of closes) close()
    }
  })
}
