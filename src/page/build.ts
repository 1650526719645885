/** Defined only in builds of the app, not of tests and benches. */
declare const __BUILD__: string | undefined

/** The id of this page's build. Only tabs of the same build share an engine. */
export const BUILD: string = typeof __BUILD__ === 'string' ? __BUILD__ : 'development'
