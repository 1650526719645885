import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { startRelay, type TestRelay } from '../../test/support/relay.ts'
import { turnServers } from './ice-servers.ts'
import { settingsFrom } from './settings.ts'

describe('the server', () => {
  let folder: string
  let relay: TestRelay
  const get = (path: string) => fetch(`http://127.0.0.1:${relay.port}${path}`)

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tessera-app-'))
    await mkdir(join(folder, 'assets'))
    await writeFile(join(folder, 'index.html'), '<!doctype html><title>Tessera</title>')
    await writeFile(join(folder, 'sw.js'), '// service worker')
    await writeFile(join(folder, 'assets', 'page-1a2b3c4d.js'), '// page')
    relay = await startRelay({
      app: folder,
      publicUrl: 'https://tessera.example.org/',
      ice: { stun: ['stun:s:3478'], turn: ['turn:t:3478'], turnSecret: 'north' },
    })
  })
  afterAll(async () => {
    await relay.stop()
    await rm(folder, { recursive: true })
  })

  it.each(['/', '/assets/page-1a2b3c4d.js', '/health', '/metrics', '/config.json', '/missing.js', '/../package.json'])(
    'sends the policy with %s',
    async (path) => {
      const { headers } = await get(path)
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' https: wss: ws://localhost:*; " +
          "img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; font-src 'self'; manifest-src 'self'; worker-src 'self'; " +
          "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; " +
          'trusted-types lit-html tessera-page',
      )
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
    },
  )

  it.each([
    ['/', 'no-cache'],
    ['/sw.js', 'no-cache'],
    ['/assets/page-1a2b3c4d.js', 'public, max-age=31536000, immutable'],
  ])('sends the cache lifetime of %s', async (path, expected) => {
    expect((await get(path)).headers.get('cache-control')).toBe(expected)
  })

  it('answers routes of the app with index.html, and missing files with 404', async () => {
    const page = await get('/space/abc')
    expect([page.status, await page.text()]).toEqual([200, '<!doctype html><title>Tessera</title>'])
    expect(page.headers.get('cache-control')).toBe('no-cache')
    expect((await get('/assets/missing.js')).status).toBe(404)
  })

  it('serves a configuration with URL, relay and STUN servers, but without TURN credentials', async () => {
    expect(await (await get('/config.json')).json()).toEqual({
      publicUrl: 'https://tessera.example.org/',
      relay: '/relay',
      iceServers: [{ urls: ['stun:s:3478'] }],
    })
  })

  it('serves health and metrics', async () => {
    expect(await (await get('/health')).json()).toEqual({ status: 'ok' })
    expect(await (await get('/metrics')).text()).toContain('\ntessera_relay_connections 0\n')
  })

  it('serves the relay at one path only', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${relay.port}/elsewhere`)
    const [error] = await once(socket, 'error')
    expect(error.message).toBe('Unexpected server response: 404')
  })

  it('accepts only GET and HEAD', async () => {
    expect((await fetch(`http://127.0.0.1:${relay.port}/`, { method: 'POST' })).status).toBe(405)
  })
})

describe('TURN credentials', () => {
  it('match those that coturn expects', () => {
    const [turn] = turnServers({ stun: ['stun:s:3478'], turn: ['turn:t:3478'], turnSecret: 'north' }, 1_000_000_000_000)
    // printf 1000003600 | openssl dgst -sha1 -hmac north -binary | base64
    expect(turn).toEqual({ urls: ['turn:t:3478'], username: '1000003600', credential: 'AJUiHJPWj++1E1G5/Pk9vIugkkI=' })
  })
})

describe('settings', () => {
  it('have defaults', () => {
    expect(settingsFrom({}, '/app')).toMatchObject({
      port: 5180,
      host: undefined,
      publicUrl: undefined,
      trustedProxies: undefined,
    })
  })
  it('are parsed', () => {
    expect(
      settingsFrom({ PORT: '80', HOST: '::1', PUBLIC_URL: 'https://a.example', TURN_URLS: 'turn:a, turn:b' }, '/app'),
    ).toMatchObject({
      port: 80,
      host: '::1',
      publicUrl: 'https://a.example/',
      ice: { turn: ['turn:a', 'turn:b'] },
    })
  })
  it('list the trusted proxies', () => {
    const trusted = (text: string) => settingsFrom({ TRUST_PROXY: text }, '/app').trustedProxies
    expect(trusted('0')).toBeUndefined()
    expect(trusted('1')?.check('127.0.0.1')).toBe(true)
    expect(trusted('1')?.check('192.0.2.1')).toBe(false)
    expect(trusted('192.0.2.0/24, 2001:db8::1')?.check('192.0.2.1')).toBe(true)
  })
  it('are rejected with the name of the invalid variable', () => {
    expect(() => settingsFrom({ PORT: 'eighty' }, '/app')).toThrow('PORT must be a number from 0 to 65535, got "eighty".')
    expect(() => settingsFrom({ PUBLIC_URL: 'tessera' }, '/app')).toThrow('PUBLIC_URL')
    expect(() => settingsFrom({ TURN_URLS: 'turn:a, stun:b' }, '/app')).toThrow(
      'TURN_URLS must be a list of URLs such as turn:turn.example.org:3478, got "stun:b".',
    )
    expect(() => settingsFrom({ TURN_ORIGINS: 'https://a.example/path' }, '/app')).toThrow(
      'TURN_ORIGINS must be a list of origins such as https://tessera.example.org, got "https://a.example/path".',
    )
    expect(() => settingsFrom({ TRUST_PROXY: 'yes' }, '/app')).toThrow('TRUST_PROXY')
    expect(() => settingsFrom({ TRUST_PROXY: '192.0.2.0/99' }, '/app')).toThrow('TRUST_PROXY')
    expect(() => settingsFrom({ METRICS_TOKEN: 'short' }, '/app')).toThrow(
      'METRICS_TOKEN must have at least 16 characters without spaces, got 5. Generate one: openssl rand -hex 16',
    )
  })
})
