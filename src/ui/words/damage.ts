import { msg, str } from '@lit/localize'

/**
 * Describes stored data that does not match what Tessera wrote.
 * @param names of the damaged spaces; none when the data belongs to no space
 */
export const damageSentence = (names: readonly string[]): string => {
  const [name] = names
  if (name === undefined) return msg('Something other than Tessera changed or removed part of its data on this device.')
  if (names.length === 1) return msg(str`“${name}” is damaged on this device: something other than Tessera changed it.`)
  const list = new Intl.ListFormat().format(names.map((each) => `“${each}”`))
  return msg(str`${list} are damaged on this device: something other than Tessera changed them.`)
}

/** What to do about a damaged space. */
export const damageAdvice = (): string =>
  msg(
    'Your other spaces work as before. Continue with this one on another of your devices, and compare before you rely on what is shown here. If you have no other device, leave this one as it is: nothing is deleted.',
  )
