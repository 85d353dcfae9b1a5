import { mount } from 'svelte'
import type { Bridge } from '../../preload/contract/schema.ts'
import { reportFaults } from '../kit/faults.ts'
import '../kit/tokens.css'
import '../kit/controls.css'
import Window from './Window.svelte'

declare global {
  interface Window {
    vigie: Bridge<'desk'>
  }
}

const report = reportFaults(window, window.vigie)
mount(Window, { target: document.body, props: { bridge: window.vigie, report } })
