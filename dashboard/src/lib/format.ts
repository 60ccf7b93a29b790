// Numbers, sizes and times as every screen writes them: grouped by commas, units after a space.

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const short = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const second = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

const dash = '–'

export const count = (value: number | null | undefined): string => value == null ? dash : whole.format(value)

export const decimal = (value: number | null | undefined): string => value == null ? dash : short.format(value)

/** A number that is written out, with its digits as they are and its thousands apart; other texts stay as they are. */
export const grouped = (text: string): string => /^-?\d+(\.\d+)?$/.test(text) ? text.replace(/^(-?)(\d+)/, (_, sign: string, digits: string) =>
  sign + digits.replace(/\B(?=(\d{3})+$)/g, ',')) : text

/** A share from 0 to 1. More than nothing is never told as nothing, less than all never as all. */
export function percent(share: number | null | undefined): string {
  if (share == null) return dash
  if (share > 0 && share < 0.0001) return '< 0.01 %'
  if (share < 1 && share > 0.9999) return '> 99.99 %'
  return `${Math.round(share * 10_000) / 100} %`
}

export function bytes(value: number | null | undefined): string {
  if (value == null) return dash
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB']
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 ? whole.format(value) : value.toFixed(1)} ${units[unit]}`
}

/** Milliseconds in the two largest units that matter. */
export function duration(ms: number | null | undefined): string {
  if (ms == null || !Number.isFinite(ms)) return dash
  if (ms < 0) ms = 0
  if (ms < 0.5) return ms === 0 ? '0 ms' : '< 1 ms'
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return pair(Math.floor(seconds / 60), 'min', seconds % 60, 's')
  const minutes = Math.round(seconds / 60)
  if (minutes < 1440) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
  const hours = Math.round(minutes / 60)
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

const pair = (large: number, unit: string, small: number, smaller: string): string =>
  small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smaller}`

/** How long ago a time was, or how soon it will be. */
export function relative(time: string | null | undefined, now: number): string {
  if (!time) return dash
  const ms = now - Date.parse(time)
  const size = Math.abs(ms)
  if (size < 1500) return 'now'
  const text = size < 59_500 ? `${Math.round(size / 1000)} s` : duration(Math.max(size, 60_000)).split(' ').slice(0, 2).join(' ')
  return ms > 0 ? `${text} ago` : `in ${text}`
}

/** A moment in the reader's own time: the clock today, the day before that. */
export function moment(time: string | null | undefined, now: number): string {
  if (!time) return dash
  const at = new Date(time)
  return at.toDateString() === new Date(now).toDateString() ? clock.format(at) : `${day.format(at)}, ${clock.format(at)}`
}

/** The clock with its seconds, for what happens many times a minute. */
export const seconds = (time: string): string => second.format(new Date(time))

export const exactly = (time: string | null | undefined): string => time ? exact.format(new Date(time)) : ''

export const between = (from: string | null | undefined, to: string | null | undefined, now: number): string =>
  from ? duration((to ? Date.parse(to) : now) - Date.parse(from)) : dash

export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`
