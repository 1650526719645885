const part = (unit: 'hour' | 'minute' | 'second', maximumFractionDigits = 0) =>
  new Intl.NumberFormat(undefined, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits })

const FORMATS = { hour: part('hour'), minute: part('minute'), second: part('second', 3) }

/** Hours, minutes and seconds, to the millisecond. */
const partsOf = (seconds: number) => {
  const milliseconds = Math.round(Math.abs(seconds) * 1000)
  return {
    sign: seconds < 0 && milliseconds > 0 ? '−' : '',
    hour: Math.floor(milliseconds / 3_600_000),
    minute: Math.floor(milliseconds / 60_000) % 60,
    second: (milliseconds % 60_000) / 1000,
  }
}

/** Seconds as people read them, such as "1 hr 30 min". */
export const formatDuration = (seconds: number): string => {
  const parts = partsOf(seconds)
  const shown = (['hour', 'minute', 'second'] as const).flatMap((unit) =>
    parts[unit] > 0 ? FORMATS[unit].format(parts[unit]) : [],
  )
  return parts.sign + (shown.length > 0 ? shown.join(' ') : FORMATS.minute.format(0))
}

/** Seconds as they are edited, such as `1:30` or `1:30:05`; `parseDuration` reads it back. */
export const editableDuration = (seconds: number): string => {
  const { sign, hour, minute, second } = partsOf(seconds)
  const two = (value: number) => String(value).padStart(2, '0')
  const whole = Math.floor(second)
  const tail = second > 0 ? `:${two(whole)}${String(second).replace(/^\d+/, '')}` : ''
  return `${sign && '-'}${hour}:${two(minute)}${tail}`
}
