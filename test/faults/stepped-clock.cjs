// Loaded before the app, and in its engine before the engine: both then read a wall clock that a test steps, as if
// somebody had set the machine's. Nothing of the product knows of it, so no release can be told the wrong time this way.
// What certificates are judged by is OpenSSL's clock, and stays.
'use strict'
const { readFileSync } = process.getBuiltinModule('node:fs')
const { createRequire } = process.getBuiltinModule('node:module')
const { pathToFileURL } = process.getBuiltinModule('node:url')

const file = process.env['STEPPED_CLOCK'] ?? ''
const real = Date.now
let off = 0
const read = () => {
  off = Number(readFileSync(file, 'utf8'))
}
read()
setInterval(read, 50).unref()
Date.now = () => real() + off

const [, , part = ''] = process.argv
if (process.type === 'utility') void import(pathToFileURL(part).href)
else {
  const { utilityProcess } = createRequire(__filename)('electron')
  const fork = utilityProcess.fork.bind(utilityProcess)
  utilityProcess.fork = (module, args = [], options = {}) => fork(__filename, [module, ...args], options)
}
