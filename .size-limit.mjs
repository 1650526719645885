import { readFileSync } from 'node:fs'

/** Modules that the first page is drawn with: the page's own, and the shell that it loads at once. */
const FIRST = ['index.html', 'src/ui/shell/app.ts']

const manifest = JSON.parse(readFileSync(new URL('build/app/.vite/manifest.json', import.meta.url), 'utf8'))

/** Chunks that `name` needs before it runs. */
const needed = (name, found = new Set()) => {
  const chunk = manifest[name]
  if (!chunk) throw new Error(`The build has no chunk for "${name}". Was the file moved? Its name stands in .size-limit.mjs.`)
  if (found.has(name)) return found
  found.add(name)
  for (const next of chunk.imports ?? []) needed(next, found)
  return found
}

const firstPaint = [...new Set(FIRST.flatMap((name) => [...needed(name)]))].map((name) => `build/app/${manifest[name].file}`)
const page = [...new Set(Object.values(manifest).map(({ file }) => file))].filter((file) => file.endsWith('.js'))

export default [
  { name: 'first paint', path: firstPaint, limit: '120 kB', gzip: true },
  { name: 'the whole page', path: page.map((file) => `build/app/${file}`), gzip: true },
  {
    name: 'worker: documents, beside its WebAssembly',
    path: 'build/app/assets/{documents-worker,start-in-worker}-*.js',
    gzip: true,
  },
  { name: 'worker: examiner, beside its WebAssembly', path: 'build/app/assets/examiner-worker-*.js', gzip: true },
  { name: 'worker: index, beside its WebAssembly', path: 'build/app/assets/index-worker-*.js', gzip: true },
  { name: 'service worker', path: 'build/app/service-worker.js', gzip: true },
]
