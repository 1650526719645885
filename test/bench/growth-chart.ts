import type { Figure } from './support/figure.ts'

/** One measure, for each size in turn. */
export interface Growth {
  readonly name: string
  readonly unit: Figure['unit']
  readonly values: readonly (number | undefined)[]
}

const [WIDTH, HEIGHT] = [880, 560]
const PLOT = { left: 64, right: 640, top: 32, bottom: 500 }
/** Least distance of two names beside the lines. */
const LINE_HEIGHT = 16
/** Told apart by people who see red and green alike too (Okabe and Ito), in turn with a dash. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#555555']

/**
 * How many times as much each measure is as for the first size, both on logarithmic scales; the broken grey line grows as the number
 * of records does.
 * @returns an SVG that stands for itself, on a light ground
 */
export const growthChart = (sizes: readonly number[], growths: readonly Growth[]): string => {
  const [least = 1] = sizes
  const most = sizes.at(-1) ?? least
  const factors = growths.map(({ values }) => values.map((value) => (value ?? Number.NaN) / (values[0] ?? Number.NaN)))
  const known = factors.flat().filter((factor) => Number.isFinite(factor) && factor > 0)
  const [low, high] = [Math.min(0.5, ...known), Math.max(most / least, ...known)]
  const x = (size: number) => PLOT.left + (Math.log(size / least) / Math.log(most / least)) * (PLOT.right - PLOT.left)
  const y = (factor: number) => PLOT.bottom - (Math.log(factor / low) / Math.log(high / low)) * (PLOT.bottom - PLOT.top)
  const path = (points: readonly (readonly [number, number])[]) =>
    points.map(([size, factor], at) => `${at === 0 ? 'M' : 'L'}${x(size).toFixed(1)} ${y(factor).toFixed(1)}`).join(' ')

  const grid = [1, 10, 100, 1_000]
    .filter((factor) => factor >= low && factor <= high)
    .map(
      (factor) =>
        `<path d="M${PLOT.left} ${y(factor)}H${PLOT.right}" stroke="#ddd"/><text x="${PLOT.left - 8}" y="${y(factor) + 4}" text-anchor="end">${factor}×</text>`,
    )
  const scale = sizes.map(
    (size) => `<text x="${x(size)}" y="${PLOT.bottom + 24}" text-anchor="middle">${size.toLocaleString('en')}</text>`,
  )
  const lines = factors.map((values, at) => ({
    name: growths[at]?.name ?? '',
    style: `stroke="${COLOURS[at % COLOURS.length]}"${at >= COLOURS.length ? ' stroke-dasharray="6 3"' : ''}`,
    colour: COLOURS[at % COLOURS.length],
    points: values.flatMap((factor, index): [number, number][] =>
      Number.isFinite(factor) && factor > 0 ? [[sizes[index] ?? least, factor]] : [],
    ),
  }))
  let below = Number.POSITIVE_INFINITY
  const labels = lines
    .map((line) => ({ ...line, end: line.points.at(-1) }))
    .filter(({ end }) => end !== undefined)
    .sort((one, other) => (one.end?.[1] ?? 0) - (other.end?.[1] ?? 0))
    .map(({ name, colour, style, end = [least, 1] as const }) => {
      const at = Math.min(y(end[1]), below - LINE_HEIGHT)
      below = at
      const joint = `M${x(end[0]) + 4} ${y(end[1])}L${PLOT.right + 26} ${at}H${PLOT.right + 44}`
      return `<path d="${joint}" fill="none" ${style} opacity="0.5"/><text x="${PLOT.right + 50}" y="${at + 4}" fill="${colour}">${name} ${Number(end[1].toPrecision(2))}×</text>`
    })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="13" fill="#333">
<title>How many times as much each measure takes as at the least number of records</title>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
${grid.join('\n')}
${scale.join('\n')}
<text x="${(PLOT.left + PLOT.right) / 2}" y="${PLOT.bottom + 48}" text-anchor="middle">records</text>
<path d="${path([
    [least, 1],
    [most, most / least],
  ])}" stroke="#aaa" stroke-width="1.5" stroke-dasharray="2 4" fill="none"/>
${lines.map(({ points, style }) => `<path d="${path(points)}" fill="none" stroke-width="2" ${style}/>`).join('\n')}
${labels.join('\n')}
</svg>
`
}
