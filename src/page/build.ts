/** Set by the build of the app; benches and tests are built without it. */
declare const __BUILD__: string | undefined

/** Names the source that this page was built from. Tabs of two builds do not share an engine. */
export const BUILD: string = typeof __BUILD__ === 'string' ? __BUILD__ : 'development'
