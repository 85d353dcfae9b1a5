import { mount } from 'svelte'
import type { Bridge } from '../../preload/contract/schema.ts'
import { reportFaults } from '../kit/faults.ts'
import '../kit/tokens.css'
import './wall.css'
import Wall from './Wall.svelte'

// the preload put it there; which bridge it is depends on the window
const { vigie } = window as unknown as { vigie: Bridge<'wall'> }
const report = reportFaults(window, vigie)
const target = document.querySelector('#wall')
if (target !== null) mount(Wall, { target, props: { bridge: vigie, report } })
