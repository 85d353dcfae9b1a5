import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'

const PackageSchema = v.object({ version: v.string() })

/**
 * What is written beside the app's code: a runtime that starts it from its sources says a version of its own.
 *
 * @param folder the app's, or its archive
 */
export function versionIn(folder: string): string {
  const read = v.safeParse(PackageSchema, JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')))
  return read.success ? read.output.version : '–'
}
