import laptop from 'lucide-static/icons/laptop.svg?raw'
import phone from 'lucide-static/icons/smartphone.svg?raw'
import tablet from 'lucide-static/icons/tablet.svg?raw'

/** The icon of a device, guessed from its name. */
export const deviceIcon = (name: string): string =>
  /phone|pixel|galaxy|handy|mobile/i.test(name) ? phone : /pad\b|tab(let)?\b/i.test(name) ? tablet : laptop
