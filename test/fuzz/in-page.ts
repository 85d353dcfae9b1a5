/** What the fuzzer has run in a page: sent there as text, so each stands on nothing around it but on what the page has learnt. */

interface Taught {
  /** `unpacked`, which the page learns first */
  unpack(text: string): unknown[]
}

/** Has main send the page another port, and keeps it beside the page. @returns whether one came */
export async function sharePort(): Promise<boolean> {
  const { vigie } = globalThis as never as { vigie: { window: { listening(): Promise<unknown> } } }
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve(false), 5000)
    const take = (event: MessageEvent) => {
      const [port] = event.ports
      if (event.data !== 'vigie:port' || port === undefined) return
      removeEventListener('message', take)
      clearTimeout(late)
      ;(globalThis as never as { fuzzPort: MessagePort }).fuzzPort = port
      resolve(true)
    }
    addEventListener('message', take)
    void vigie.window.listening()
  })
}

export async function askRecords(all: { product: string; entity: string }[]): Promise<(string | null)[]> {
  const { fuzzPort: port } = globalThis as never as { fuzzPort: MessagePort }
  const first = 1e9 + Math.floor(Math.random() * 1e9)
  const ids = all.map((): string | null => null)
  let left = all.length
  await new Promise<void>((resolve) => {
    if (left === 0) return resolve()
    const late = setTimeout(resolve, 5000)
    const heard = (event: MessageEvent) => {
      const data = event.data as { kind: string; id: number; result: { value?: { id: string } } }
      if (data.kind !== 'answer' || !(data.id >= first && data.id < first + all.length)) return
      ids[data.id - first] = data.result.value?.id ?? null
      if (--left > 0) return
      clearTimeout(late)
      port.removeEventListener('message', heard)
      resolve()
    }
    port.addEventListener('message', heard)
    all.forEach((ask, at) => port.postMessage({ kind: 'ask', id: first + at, question: 'record', ask }))
  })
  return ids
}

/** @returns whether each was answered with ok */
export async function callBridge(packed: string): Promise<boolean[]> {
  const all = (globalThis as never as Taught).unpack(packed) as {
    group: string
    name: string
    input: unknown
    listens: boolean
  }[]
  const bridge = (globalThis as never as { vigie: Record<string, Record<string, unknown>> }).vigie
  return Promise.all(
    all.map(async ({ group, name, input, listens }) => {
      try {
        const call = bridge[group]?.[name]
        if (typeof call !== 'function') return false
        if (listens) {
          ;(call as (listen: () => void) => () => void)(() => undefined)()
          return true
        }
        const answer = (await (call as (input: unknown) => Promise<{ ok?: boolean } | undefined>)(
          input,
        )) as never
        return (answer as { ok?: boolean } | undefined)?.ok === true
      } catch {
        // what can't be cloned ends in the page that sent it
        return false
      }
    }),
  )
}

/** Takes the next port away from the page, sends all that over it, and has the page get another. */
export async function sendOverOwnPort(packed: string): Promise<void> {
  const { vigie } = globalThis as never as { vigie: { window: { listening(): Promise<{ ok: boolean }> } } }
  const port = await new Promise<MessagePort>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('no port came')), 30_000)
    const take = (event: MessageEvent) => {
      const [mine] = event.ports
      if (event.data !== 'vigie:port' || mine === undefined) return
      event.stopImmediatePropagation()
      removeEventListener('message', take, { capture: true })
      clearTimeout(late)
      resolve(mine)
    }
    addEventListener('message', take, { capture: true })
    void vigie.window.listening()
  })
  port.start()
  for (const one of (globalThis as never as Taught).unpack(packed)) port.postMessage(one)
  await new Promise((resolve) => setTimeout(resolve, 300))
  for (let tried = 0; tried < 100; tried++) {
    if ((await vigie.window.listening()).ok) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** @returns how the window says that it stands with the platform; null: it does not say */
export const linkSaid = (): string | null =>
  document.querySelector('[data-link]')?.getAttribute('data-link') ?? null

interface Watched {
  fuzzPlanted: Set<string>
}

/** From now on whatever comes into the page is looked at, be it gone again a moment later. */
export function watchPage(): void {
  const seen = new Set<string>()
  ;(globalThis as never as Watched).fuzzPlanted = seen
  const look = (one: Element) => {
    const source = (one.getAttribute('src') ?? one.getAttribute('href') ?? '').slice(0, 100)
    if (one.id === 'owned') seen.add('markup became an element')
    if (one.matches('script') && !one.src.startsWith('app://vigie/')) seen.add(`a foreign script ${source}`)
    if (one.matches('img') && !/^(app|blob):/.test(one.src)) seen.add(`a foreign image ${source}`)
    if (one.matches('iframe,object,embed,base,link[href^="http"],image[href^="http"]'))
      seen.add(`a foreign ${one.localName} ${source}`)
    if (one.matches('.broken')) seen.add(`a part broke: ${one.parentElement?.className ?? ''}`)
  }
  const lookBelow = (node: Node) => {
    if (!(node instanceof Element)) return
    look(node)
    node.querySelectorAll('*').forEach(look)
  }
  lookBelow(document.documentElement)
  new MutationObserver((all) => {
    for (const { type, target, addedNodes } of all)
      if (type === 'childList') addedNodes.forEach(lookBelow)
      else look(target as Element)
  }).observe(document, { subtree: true, childList: true, attributeFilter: ['src', 'href', 'srcdoc', 'id'] })
}

/** What of the inputs became more than text since it was asked last. */
export function planted(): string[] {
  const { fuzzPlanted } = globalThis as never as Watched
  const found = [...fuzzPlanted]
  fuzzPlanted.clear()
  if ('owned' in globalThis) found.push('a script ran')
  if (document.title === 'owned') found.push('the title was changed')
  for (const key of Object.keys(Object.prototype)) found.push(`every object has ${key}`)
  return found
}
