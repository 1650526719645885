/** The oldest supported version of Node; keep in sync with `engines` in package.json. */
const OLDEST = [20, 19]

/** The error message for an unsupported version of Node, or undefined. @param version such as process.versions.node */
export const tooOld = (version) => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [oldMajor = 0, oldMinor = 0] = OLDEST
  if (major > oldMajor || (major === oldMajor && minor >= oldMinor)) return undefined
  return `Tessera needs Node ${OLDEST.join('.')} or newer, and this is ${version}. Get it from https://nodejs.org, or with: nvm install 22`
}
