import { contextBridge, ipcRenderer } from 'electron'
import { bridgeOver, passPortOn } from './bridge.ts'
import { appOrigin } from './contract/schema.ts'

contextBridge.exposeInMainWorld('vigie', bridgeOver('desk', ipcRenderer))
passPortOn(ipcRenderer, window, appOrigin)
