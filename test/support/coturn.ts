/** For tests: Debian's coturn on this machine, with the shared secret from which the relay derives credentials. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { TurnServer } from '../../src/discovery/relay/relay-wire.ts'
import { type IceServersOptions, turnServers } from '../../src/relay/ice-servers.ts'

export const findCoturn = (): string | undefined =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'turnserver'))
    .find(existsSync)

export interface TestCoturn {
  readonly ice: IceServersOptions
  /** Servers with credentials that expire after `milliseconds`. */
  validFor(milliseconds: number): readonly TurnServer[]
  /** The log output of coturn. */
  log(): string
  stop(): Promise<void>
}

const SECRET = 'north wind'

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

export const startCoturn = async (file: string): Promise<TestCoturn> => {
  const [folder, port] = [await mkdtemp(join(tmpdir(), 'tessera-coturn-')), await freePort()]
  const options = {
    'listening-ip': '127.0.0.1',
    'relay-ip': '127.0.0.1',
    'listening-port': port,
    'static-auth-secret': SECRET,
    realm: 'tessera.test',
    userdb: join(folder, 'users'),
    pidfile: join(folder, 'pid'),
    'log-file': 'stdout',
  }
  const flags = ['-n', '--use-auth-secret', '--allow-loopback-peers', '--no-cli', '--no-tls', '--no-dtls', '--verbose']
  const coturn = spawn(file, [...flags, ...Object.entries(options).map(([name, value]) => `--${name}=${value}`)])
  let written = ''
  await new Promise<void>((resolve, reject) => {
    coturn.once('error', reject)
    coturn.once('exit', () => reject(new Error(`coturn exited during start:\n${written}`)))
    const read = (part: Buffer) => {
      written += part
      if (/TCP listener opened/i.test(written)) resolve()
    }
    coturn.stdout.on('data', read)
    coturn.stderr.on('data', read)
  })
  const ice = { stun: [], turn: [`turn:127.0.0.1:${port}?transport=udp`], turnSecret: SECRET }
  return {
    ice,
    validFor: (milliseconds) => turnServers(ice, Date.now(), milliseconds),
    log: () => written,
    async stop() {
      const ended = new Promise((resolve) => coturn.once('exit', resolve))
      coturn.kill()
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}
