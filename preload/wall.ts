import { contextBridge, ipcRenderer } from 'electron'
import { bridgeOver, passPortOn } from './bridge.ts'
import { appOrigin } from './contract/schema.ts'

contextBridge.exposeInMainWorld('vigie', bridgeOver('wall', ipcRenderer))
passPortOn(ipcRenderer, window, appOrigin)
