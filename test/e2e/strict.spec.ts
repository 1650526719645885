import { expect, makeSpace, makeTable, startFresh, test, unlock } from './support.ts'

test('the app violates no content security policy, and other Trusted Types policies are forbidden', async ({ device }) => {
  const laptop = await device('Laptop')
  const { page, context } = laptop
  const violations: string[] = []
  // Violations in workers are reported only in the console.
  context.on('console', (message) => {
    if (/Content Security Policy|TrustedScript|TrustedHTML/.test(message.text())) violations.push(message.text())
  })
  await context.exposeBinding('violated', (_, directive: string) => void violations.push(directive))
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
      const { violated } = globalThis as unknown as { violated(what: string): void }
      violated(`${effectiveDirective} ${blockedURI}`)
    })
  })
  await startFresh(laptop)
  await makeSpace(laptop, 'Lumen House')
  await makeTable(laptop, 'Members')
  await page.evaluate(() => navigator.serviceWorker.ready)
  await page.reload()
  await unlock(laptop)
  for (const hash of ['#/devices/pair', '#/settings', '#/']) await laptop.goto(hash)
  await expect(page.getByRole('link', { name: 'Lumen House' }).first()).toBeVisible()
  expect(violations).toEqual([])

  const refused = await page.evaluate(() => {
    const { trustedTypes } = globalThis as unknown as { trustedTypes: { createPolicy(name: string, rules: object): unknown } }
    const tried = (work: () => unknown) => {
      try {
        work()
        return 'allowed'
      } catch (error) {
        return error instanceof TypeError ? 'refused' : String(error)
      }
    }
    return {
      unlisted: tried(() => trustedTypes.createPolicy('another', {})),
      again: tried(() => trustedTypes.createPolicy('tessera-page', {})),
      html: tried(() => {
        document.createElement('p').innerHTML = '<b>Ash</b>'
      }),
    }
  })
  expect(refused).toEqual({ unlisted: 'refused', again: 'refused', html: 'refused' })
  await expect.poll(() => violations.some((each) => each.startsWith('trusted-types'))).toBe(true)
})

test('no network setting is stored unencrypted', async ({ device }) => {
  const laptop = await device('Laptop')
  await startFresh(laptop)
  const kept = await laptop.page.evaluate(() => Object.keys(localStorage).concat(Object.keys(sessionStorage)))
  expect(kept.filter((key) => key !== 'tessera/preferences')).toEqual([])
})
