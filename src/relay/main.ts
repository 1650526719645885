/** Entry point of `npm start`: serves the app and the relay until SIGINT or SIGTERM. */
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import encodeQR from 'qr'
import { serve } from './serve.ts'
import { settingsFrom } from './settings.ts'

/** Milliseconds to wait for clients to disconnect before the process exits. */
const SHUTDOWN_TIMEOUT = 3_000

const fail = (message: string): never => {
  console.error(message)
  process.exit(1)
}

const readSettings = () => {
  try {
    // This file is built to build/node/relay.js; the app is in build/app.
    return settingsFrom(process.env, fileURLToPath(new URL('../app', import.meta.url)))
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error))
  }
}

const settings = readSettings()
const { server, close } = serve(settings)

server.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EADDRINUSE')
    fail(`Port ${settings.port} is in use. Stop the other program or choose another port: PORT=5181 npm start`)
  if (error.code === 'EACCES')
    fail(`Port ${settings.port} is not allowed for this user. Choose a port above 1023: PORT=5180 npm start`)
  fail(error.message)
})

server.listen(settings.port, settings.host, () => {
  const { port } = server.address() as AddressInfo
  if (settings.publicUrl) {
    console.log(settings.publicUrl)
    console.log(encodeQR(settings.publicUrl, 'ascii', { border: 2 }))
  } else console.log(`http://localhost:${port}`)
})

let stopping = false
const stop = () => {
  if (stopping) return
  stopping = true
  setTimeout(() => {
    server.closeAllConnections()
    process.exit(0)
  }, SHUTDOWN_TIMEOUT).unref()
  close().then(
    () => process.exit(0),
    (error: unknown) => fail(`Stopping failed: ${error}`),
  )
}
process.on('SIGINT', stop)
process.on('SIGTERM', stop)
