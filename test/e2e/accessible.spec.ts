import { createRequire } from 'node:module'
import type axe from 'axe-core'
import { expect, makeSpace, PASSPHRASE, startFresh, type TestDevice, test, unlock } from './support.ts'

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

declare global {
  interface Window {
    readonly axe: typeof axe
  }
}

/** Expects no axe violation on the page, in both themes. */
const checkAxe = async ({ page }: TestDevice, place: string): Promise<void> => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const found = await page.evaluate(async () => {
      // With reduced motion there are no transitions: after two frames all colours belong to the new scheme.
      for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame)
      const { violations } = await window.axe.run(document, { resultTypes: ['violations'] })
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary}`),
      )
    })
    expect.soft(found, `${place}, ${colorScheme}`).toEqual([])
  }
}

for (const phone of [false, true]) {
  test(`no page has an axe violation, ${phone ? 'phone' : 'laptop'}`, async ({ device }) => {
    const one = await device(phone ? 'Phone' : 'Laptop', { phone })
    const { page, context } = one
    await context.addInitScript({ path: AXE })

    await one.goto()
    await expect(page.getByRole('button', { name: 'Start fresh' })).toBeVisible()
    await checkAxe(one, 'welcome')
    await page.getByRole('button', { name: 'Start fresh' }).click()
    await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
    await expect(page.getByText('Strong.')).toBeVisible()
    await checkAxe(one, 'create')
    await startFresh(one)
    await checkAxe(one, 'no spaces')
    await makeSpace(one, 'Lumen House')
    await checkAxe(one, 'no tables')
    const space = page.url()

    await one.goto(`${new URL(space).hash}/import`)
    await checkAxe(one, 'import')
    await page.locator('input[type=file]').setInputFiles({
      name: 'Members.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('Name,Role,Born,Here\nAsh,Cook,2001-03-02,yes\nBriar,Host,1994-03-14,no\nCalla,Cook,,yes\n'),
    })
    await page.getByLabel('Type of column 2').selectOption({ label: 'Choice' })
    await checkAxe(one, 'import preview')
    await page.getByRole('button', { name: /^Import/ }).click()
    await expect(page.getByRole('heading', { name: 'Members' })).toBeVisible()
    await expect(page.getByText('Briar').first()).toBeVisible()
    await checkAxe(one, phone ? 'list' : 'grid')

    if (!phone) {
      await page.getByRole('gridcell', { name: 'Host' }).dblclick()
      await checkAxe(one, 'choice editor')
      await page.keyboard.press('Escape')
      await page.getByRole('gridcell', { name: 'Mar 14, 1994' }).dblclick()
      await page.keyboard.press('Control+a')
      await page.keyboard.type('3/4/2021')
      await expect(page.getByText('This can be read in two ways:')).toBeVisible()
      await checkAxe(one, 'reading of a date')
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Column Born' }).click()
      await checkAxe(one, 'column menu')
      await page.keyboard.press('Escape')
    }
    await page.getByRole('button', { name: 'More for this table' }).click()
    await page.getByRole('menuitem', { name: /^Add field/ }).click()
    await page.getByRole('radio', { name: 'Choice', exact: true }).check({ force: true })
    await checkAxe(one, 'field dialog')
    await page.keyboard.press('Escape')

    if (phone) await page.getByRole('link', { name: /Briar/ }).click()
    else {
      await page.getByRole('gridcell', { name: 'Briar' }).click()
      await page.getByRole('button', { name: 'Open record 2' }).click()
    }
    await expect(page.getByRole('button', { name: /^Add field/ })).toBeVisible()
    await checkAxe(one, 'record')
    await page.locator('tessera-record').getByRole('button', { name: /^More/ }).click()
    await page.getByRole('menuitem', { name: /trash/ }).click()
    await checkAxe(one, 'after a record was deleted')

    await one.goto(`${new URL(space).hash}/trash`)
    await expect(page.getByRole('button', { name: /Restore/ })).toBeVisible()
    await checkAxe(one, 'trash')

    for (const [place, hash, heading] of [
      ['spaces', '#/', 'Spaces'],
      ['devices', '#/devices', 'Devices'],
      ['pairing', '#/devices/pair', /camera here/],
      ['entering a code', '#/devices/code', /Scan the code/],
      ['settings', '#/settings', 'Settings'],
    ] as const) {
      await one.goto(hash)
      await expect(page.getByRole('heading', { name: heading })).toBeVisible()
      await checkAxe(one, place)
    }

    await page.reload()
    await page.getByLabel('Passphrase', { exact: true }).fill(`not ${PASSPHRASE}`)
    await page.keyboard.press('Enter')
    await expect(page.getByText(/does not open/)).toBeVisible()
    await checkAxe(one, 'unlock')
    await unlock(one)
  })
}
