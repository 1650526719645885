const TIMES = Number(process.env.PROPERTY_TIMES ?? 1)

/**
 * How often a property is tried: `usual` times, times what PROPERTY_TIMES says. `PROPERTY_TIMES=50 npm test -- node` takes a night,
 * and prints the seed of whatever fails.
 */
export const propertyRuns = (usual: number): number => Math.ceil(usual * TIMES)

/** Milliseconds that this may take where `usual` is enough for the usual number of tries. */
export const propertyTime = (usual: number): number => usual * Math.max(1, TIMES)
