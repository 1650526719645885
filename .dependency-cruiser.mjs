/** The arrows of docs/ARCHITECTURE.md as rules: who may know whom. Whatever is not named here may not be imported. */

/** What each folder may import beside itself: regular expressions below `src/`. */
const MAY_KNOW = {
  bytes: [],
  space: ['bytes/'],
  // The one file through which Automerge is reached; both speak to the same WebAssembly.
  sync: ['bytes/', 'space/automerge\\.ts'],
  people: ['bytes/'],
  vault: ['bytes/'],
  network: [],
  discovery: ['bytes/'],
  query: ['bytes/', 'space/'],
  exchange: ['bytes/', 'space/'],
  templates: ['space/'],
  engine: [
    'bytes/',
    'space/',
    'sync/',
    'query/',
    'vault/',
    'people/',
    'network/(adapter/|[^/]+\\.ts)',
    'discovery/',
    'exchange/',
    'templates/',
  ],
  // Typed texts are read where they are typed, by the code that reads them everywhere.
  ui: ['engine/api/(engine|client|failure|new-id)\\.ts', 'space/cells/(typed|parse)\\.ts'],
  page: [
    'ui/',
    'engine/api/(engine|client|failure|subscribable|worker-messages)\\.ts',
    'engine/workers/(trusted-script-url|(documents|index)-worker)\\.ts',
    'network/(connection/|[^/]+\\.ts)',
  ],
  relay: ['discovery/relay/relay-wire\\.ts'],
  // Beside the engine what it takes to start one in Node.
  cli: [
    'engine/',
    'space/automerge\\.ts',
    'query/sqlite/sqlite\\.ts',
    'vault/backends/(file-backend\\.node|memory-backend)\\.ts',
    'exchange/csv/write-csv\\.ts',
  ],
}

const TESTS = '\\.(test|acceptance)\\.ts$|^src/[^/]+/testing/|^test/'
const LARGE = '^node_modules/(@automerge|@sqlite\\.org|hash-wasm|@scure|papaparse|cborg)/'

const arrows = Object.entries(MAY_KNOW).map(([folder, others]) => ({
  name: `arrows-of-${folder}`,
  comment: `src/${folder} may import ${[`src/${folder}`, ...others.map((other) => `src/${other}`)].join(', ')} and packages only.`,
  severity: 'error',
  from: { path: `^src/${folder}/`, pathNot: TESTS },
  to: { path: '^(src|test|sw|scripts)/', pathNot: `^src/(${[`${folder}/`, ...others].join('|')})` },
}))

export default {
  forbidden: [
    ...arrows,
    {
      name: 'every-folder-has-arrows',
      comment: 'A new folder in src/ needs a line in MAY_KNOW of .dependency-cruiser.mjs, and in docs/ARCHITECTURE.md.',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(${Object.keys(MAY_KNOW).join('|')})/` },
      to: {},
    },
    {
      name: 'no-cycles',
      comment: 'Two files that need each other, types included, are one file or lack a third below both.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: {},
      // Addresses of packages' WebAssembly files are resolved by the build, which fails without them.
      to: { couldNotResolve: true, pathNot: '\\.wasm\\?url$' },
    },
    {
      name: 'network-stands-alone',
      comment: 'src/network is publishable by itself: its tests, too, import nothing of the rest.',
      severity: 'error',
      from: { path: '^src/network/' },
      to: { path: '^(src|sw|scripts)/', pathNot: '^src/network/' },
    },
    {
      name: 'connection-apart-from-adapter',
      comment: 'The page holds connections, the worker commands them; they share src/network/*.ts and a port only.',
      severity: 'error',
      from: { path: '^src/network/(connection|adapter)/', pathNot: TESTS },
      to: { path: '^src/network/(connection|adapter)/', pathNot: '^src/network/$1/' },
    },
    {
      name: 'page-stays-small',
      comment: 'First paint waits neither for Automerge nor for SQLite, and the page never holds a key.',
      severity: 'error',
      from: { path: '^src/(page|ui|network/connection)/', pathNot: TESTS },
      to: { path: LARGE },
    },
    {
      name: 'only-types-of-the-engine',
      comment:
        'What the page may import of the engine takes nothing but types from the layers below; an id is the one exception.',
      severity: 'error',
      from: { path: '^src/engine/api/' },
      to: { path: '^src/', pathNot: '^src/(engine/api/(failure|report|rpc)|space/ids)\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'node-only-in-node',
      comment: "Node's own modules are for the relay, the command line, scripts and tests.",
      severity: 'error',
      from: { path: '^(src|sw)/', pathNot: `^src/(relay|cli)/|\\.node\\.ts$|${TESTS}` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'packages-of-node-only-in-node',
      comment: 'These packages run in Node alone.',
      severity: 'error',
      from: { path: '^(src|sw)/', pathNot: `^src/(relay|cli)/|\\.node\\.ts$|${TESTS}` },
      to: { path: '^node_modules/(ws|send|@roamhq/wrtc)/' },
    },
    {
      name: 'code-knows-no-tests',
      comment: 'What runs for people imports no test, no test support and no development package.',
      severity: 'error',
      from: { path: '^(src|sw)/', pathNot: TESTS },
      to: { path: TESTS },
    },
    {
      name: 'code-needs-no-development-packages',
      comment: 'What runs imports only packages named under dependencies.',
      severity: 'error',
      from: { path: '^(src|sw)/', pathNot: TESTS },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only', 'npm'] },
    },
    {
      name: 'service-worker-stands-alone',
      comment: 'The service worker outlives versions of the app and shares nothing with it.',
      severity: 'error',
      from: { path: '^sw/' },
      to: { path: '^(src|test|scripts)/' },
    },
  ],
  options: {
    // The peer benches have packages of their own, which are installed only when they run.
    exclude: { path: '^test/bench/peers/(page|node_modules)/' },
    doNotFollow: { path: '^node_modules/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'browser', 'default', 'types'] },
    skipAnalysisNotInRules: true,
  },
}
