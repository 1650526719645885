const TIMES = Number(process.env.PROPERTY_TIMES ?? 1)

/**
 * The number of runs of a property: `usual` multiplied by PROPERTY_TIMES. `PROPERTY_TIMES=50 npm test -- node` takes a night. A
 * failure prints its seed.
 */
export const propertyRuns = (usual: number): number => Math.ceil(usual * TIMES)

/** The time limit in milliseconds, where `usual` is the limit for the usual number of runs. */
export const propertyTime = (usual: number): number => usual * Math.max(1, TIMES)
