// @ts-check
// What the lock must say of every package before npm may fetch it. Plain Node: it runs before any is there.

/**
 * @typedef {{ name?: string, version?: string, integrity?: string, hasInstallScript?: boolean }} Locked
 *   `name` only where the package is installed under another
 * @typedef {{ packages: Record<string, Locked> }} Lock package-lock.json
 * @typedef {{ allowScripts?: Record<string, boolean> }} Manifest package.json
 */

const FOLDER = 'node_modules/'

/** @param {string} path as in `node_modules/a/node_modules/@b/c` */
const folderOf = (path) => path.slice(path.lastIndexOf(FOLDER) + FOLDER.length)

/** @param {Lock} lock @returns {(Locked & { folder: string, name: string })[]} */
const packagesOf = (lock) =>
  Object.entries(lock.packages)
    .filter(([path]) => path !== '')
    .map(([path, locked]) => ({ ...locked, folder: folderOf(path), name: locked.name ?? folderOf(path) }))

/**
 * @param {Lock} lock
 * @param {Manifest} manifest
 * @returns {string[]} what must be mended before anything is installed, in words
 */
export function faultsOf(lock, { allowScripts = {} }) {
  const all = packagesOf(lock)
  const named = new Set(all.map(({ name }) => name))
  return [
    ...all.flatMap(({ name, version, integrity, hasInstallScript }) => [
      ...(integrity
        ? []
        : [
            `package-lock.json has no integrity for ${name}@${version}: nobody would see what comes in its place`,
          ]),
      ...(hasInstallScript === true && !Object.hasOwn(allowScripts, name)
        ? [`${name}@${version} brings an install script: decide on it in allowScripts of package.json`]
        : []),
    ]),
    ...Object.keys(allowScripts)
      .filter((name) => !named.has(name))
      .map((name) => `allowScripts of package.json decides on ${name}, which is not in package-lock.json`),
  ]
}

/**
 * @param {Lock} lock
 * @param {Manifest} manifest
 * @returns {string[]} the packages whose install scripts run, as npm takes them: `folder@version`
 */
export const withScripts = (lock, { allowScripts = {} }) =>
  packagesOf(lock)
    .filter(({ name, hasInstallScript }) => hasInstallScript === true && allowScripts[name] === true)
    .map(({ folder, version }) => `${folder}@${version}`)
