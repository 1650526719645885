import { msg, str } from '@lit/localize'

/**
 * What is said where something stored here does not match what Tessera wrote.
 * @param names of the spaces it is in; none when it belongs to no space
 */
export const damageSentence = (names: readonly string[]): string => {
  const [name] = names
  if (name === undefined) return msg('A part of what Tessera keeps on this device was changed or lost, and not by Tessera.')
  if (names.length === 1) return msg(str`“${name}” was changed or damaged on this device, and not by Tessera.`)
  const list = new Intl.ListFormat().format(names.map((each) => `“${each}”`))
  return msg(str`${list} were changed or damaged on this device, and not by Tessera.`)
}

/** And what to do then. */
export const damageAdvice = (): string =>
  msg(
    'Your other spaces can be used as before. Go on with this one on another of your devices, and compare before you rely on what is shown here. If there is no other device, keep this one as it is: nothing of it is deleted.',
  )
