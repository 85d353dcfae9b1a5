// @ts-check
// One measurement in its own process, started by bench.mjs: its rows go back as a message.
import { pathToFileURL } from 'node:url'

/** @typedef {(log: (line: string) => void) => Promise<import('../test/bench/row.ts').BenchRow[]>} Measurement */

const [file = ''] = process.argv.slice(2)
/** @type {{ default: Measurement }} */
const { default: measure } = await import(pathToFileURL(file).href)
const rows = await measure((line) => process.stderr.write(`  ${line}\n`))
// What a measurement left open must not keep the next one waiting.
process.send?.(rows, undefined, undefined, () => process.exit(0))
