import { mount } from 'svelte'
import type { Bridge } from '../../preload/contract/schema.ts'
import { reportFaults } from '../kit/faults.ts'
import '../kit/tokens.css'
import '../kit/controls.css'
import './page.css'
import Window from './Window.svelte'

// the preload put it there; which bridge it is depends on the window
const { vigie } = window as unknown as { vigie: Bridge<'provisioning'> }
const report = reportFaults(window, vigie)
mount(Window, { target: document.body, props: { bridge: vigie, report } })
