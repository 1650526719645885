import { expect, startFresh, test } from './support.ts'

test('the manifest is valid, its icons exist, and the service worker serves the page', async ({ device, request }) => {
  const laptop = await device('Laptop')
  const { page, context } = laptop
  await startFresh(laptop)
  const href = await page.locator('link[rel=manifest]').getAttribute('href')
  const manifest = await (await request.get(href ?? '')).json()
  expect(manifest).toMatchObject({ name: 'Tessera', display: 'standalone' })
  expect(manifest.icons.some(({ purpose }: { purpose?: string }) => purpose?.includes('maskable'))).toBe(true)
  for (const { src } of [...manifest.icons, ...(manifest.screenshots ?? [])]) {
    expect((await request.get(new URL(src, new URL(href ?? '', page.url())).href)).headers()['content-type']).toMatch(/^image\//)
  }
  const session = await context.newCDPSession(page)
  const { installabilityErrors } = (await session.send('Page.getInstallabilityErrors')) as {
    installabilityErrors: { errorId: string }[]
  }
  // A window of an incognito profile cannot install apps.
  expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual([])
})

test('the server’s headers forbid foreign scripts', async ({ request }) => {
  const response = await request.get('/')
  expect(response.headers()['content-security-policy']).toContain("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'")
  expect(response.headers()['content-security-policy']).toContain("require-trusted-types-for 'script'")
})
