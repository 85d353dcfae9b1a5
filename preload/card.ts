import { ipcRenderer } from 'electron'
import { passPortOn } from './bridge.ts'
import { appOrigin } from './contract/schema.ts'

// it is given its port to the engine, and may ask nothing
passPortOn(ipcRenderer, window, appOrigin)
