// @vitest-environment happy-dom
import { flushSync } from 'svelte'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { modal } from '../../../../renderer/kit/modal.svelte.ts'

let dialog: HTMLDialogElement
let isOpen = $state(false)
let end = (): void => undefined

const say = (open: boolean): void => {
  isOpen = open
  flushSync()
}
const happens = (type: 'cancel' | 'close', at: HTMLElement = dialog): void => {
  at.dispatchEvent(new Event(type, { bubbles: at !== dialog }))
  flushSync()
}

beforeEach(() => {
  dialog = document.body.appendChild(document.createElement('dialog'))
  isOpen = false
  end = $effect.root(() => {
    modal(
      () => isOpen,
      () => (isOpen = false),
    )(dialog)
  })
  flushSync()
})
afterEach(() => {
  end()
  dialog.remove()
})

it('a dialog is open while its state says so', () => {
  expect(dialog.open).toBe(false)
  say(true)
  expect(dialog.open).toBe(true)
  say(false)
  expect(dialog.open).toBe(false)
})

it('Escape is told at once, and a dialog that was opened again before the end of the first is not shut by it', () => {
  say(true)
  happens('cancel')
  expect(isOpen).toBe(false)
  say(true)
  happens('close')
  expect([isOpen, dialog.open]).toEqual([true, true])
})

it('closed by anything else, its state says so', () => {
  say(true)
  dialog.removeAttribute('open')
  happens('close')
  expect(isOpen).toBe(false)
})

it('a file field in it that nothing was chosen for closes nothing', () => {
  const field = dialog.appendChild(document.createElement('input'))
  say(true)
  happens('cancel', field)
  expect([isOpen, dialog.open]).toEqual([true, true])
})
