import { mount } from 'svelte'
import type { Bridge } from '../../preload/contract/schema.ts'
import '../kit/tokens.css'
import './desk.css'
import Window from './Window.svelte'

declare global {
  interface Window {
    vigie: Bridge<'desk'>
  }
}

mount(Window, { target: document.body, props: { bridge: window.vigie } })
