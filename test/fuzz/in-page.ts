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

/** What of the inputs became more than text. */
export function planted(): string[] {
  const found: string[] = []
  if ('owned' in globalThis) found.push('a script ran')
  if (document.getElementById('owned') !== null) found.push('markup became an element')
  if (document.title === 'owned') found.push('the title was changed')
  for (const { src } of document.scripts)
    if (!src.startsWith('app://vigie/')) found.push(`a foreign script ${src}`)
  for (const { src } of document.images) if (!/^(app|blob):/.test(src)) found.push(`a foreign image ${src}`)
  if (document.querySelector('iframe,object,embed,base') !== null) found.push('a foreign frame')
  for (const key of Object.keys(Object.prototype)) found.push(`every object has ${key}`)
  for (const broken of document.querySelectorAll('.broken'))
    found.push(`a part broke: ${broken.parentElement?.className ?? ''}`)
  return found
}
