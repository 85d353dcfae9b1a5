/** Addresses of pages as pictures, for as long as the component is there. Call it while the component is made. */
export function asPictures(pages: () => readonly string[]): { readonly urls: readonly string[] } {
  let urls = $state.raw<readonly string[]>([])
  $effect(() => {
    const made = pages().map((svg) => URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' })))
    urls = made
    return () => {
      for (const url of made) URL.revokeObjectURL(url)
    }
  })
  return {
    get urls() {
      return urls
    },
  }
}
