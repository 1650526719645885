/** The process that `npm start` ends in: serves the app and the relay until it is told to stop. */
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import encodeQR from 'qr'
import { serve } from './serve.ts'
import { settingsFrom } from './settings.ts'

/** Milliseconds that clients have to go before the process ends anyway. */
const PATIENCE = 3_000

const fail = (message: string): never => {
  console.error(message)
  process.exit(1)
}

const readSettings = () => {
  try {
    // Built to build/node/relay.js, beside build/app.
    return settingsFrom(process.env, fileURLToPath(new URL('../app', import.meta.url)))
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error))
  }
}

const settings = readSettings()
const { server, close } = serve(settings)

server.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EADDRINUSE')
    fail(`Port ${settings.port} is in use. Stop what uses it, or choose another: PORT=5181 npm start`)
  if (error.code === 'EACCES')
    fail(`Port ${settings.port} needs more rights than this user has. Choose one above 1023: PORT=5180 npm start`)
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
  }, PATIENCE).unref()
  close().then(
    () => process.exit(0),
    (error: unknown) => fail(`Stopping failed: ${error}`),
  )
}
process.on('SIGINT', stop)
process.on('SIGTERM', stop)
