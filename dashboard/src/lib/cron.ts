const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']

const isNumber = (text: string): boolean => /^\d+$/.test(text)
const two = (text: string): string => text.padStart(2, '0')

function named(text: string, names: string[], first: number): string {
  const one = (part: string): string => {
    const short = names.find(n => n.slice(0, 3).toUpperCase() === part.toUpperCase())
    return short ?? (isNumber(part) ? names[(Number(part) - first) % names.length] ?? part : part)
  }
  return text.split(',').map(part => part.split('-').map(one).join(' to ')).join(', ')
}

function time(second: string, minute: string, hour: string): string {
  const every = (field: string, unit: string) => /^\*\/\d+$/.test(field) ? `every ${field.slice(2)} ${unit}` : ''
  if (hour === '*' && minute === '*') return second === '0' ? 'each minute' : every(second, 'seconds') || 'each second'
  if (hour === '*') return every(minute, 'minutes') || (isNumber(minute) ? `each hour at minute ${minute}` : `at minutes ${minute} of each hour`)
  if (every(hour, 'hours')) return `${every(hour, 'hours')}${minute === '0' ? '' : ` at minute ${minute}`}`
  if (isNumber(hour) && isNumber(minute)) return `at ${two(hour)}:${two(minute)}${second === '0' ? '' : `:${two(second)}`}`
  if (isNumber(minute)) return `at ${hour.split(',').map(h => h.split('-').map(x => `${two(x)}:${two(minute)}`).join(' to ')).join(', ')}`
  return `at minutes ${minute} of hours ${hour}`
}

/** A cron expression in words; as it is when it says more than words would. */
export function cronText(cron: string): string {
  const fields = cron.trim().split(/\s+/)
  if (fields.length === 5) fields.unshift('0')
  const [second, minute, hour, day, month, weekday] = fields
  if (fields.length !== 6 || /[LW#?@]/.test(cron.replaceAll(/[A-Z]{3}/gi, ''))) return cron
  let text = time(second!, minute!, hour!)
  if (weekday !== '*') text += `, ${named(weekday!, days, 0)}`
  if (day !== '*') text += `, on day ${day} of ${month === '*' ? 'the month' : named(month!, months, 1)}`
  else if (month !== '*') text += `, in ${named(month!, months, 1)}`
  return text
}

/** An interval such as 00:15:00, 1.00:00:00 or PT15M in words. */
export function intervalText(interval: string): string {
  const clock = /^(?:(\d+)\.)?(\d+):(\d+):(\d+)(?:\.\d+)?$/.exec(interval)
  const iso = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(interval)
  const parts = (clock ?? iso)?.slice(1).map(p => Number(p ?? 0))
  if (!parts) return interval
  const units = ['day', 'hour', 'minute', 'second']
  const words = parts.map((n, i) => n ? `${n === 1 ? '' : `${n} `}${units[i]}${n === 1 ? '' : 's'}` : '').filter(Boolean)
  return words.length ? `every ${words.join(' and ')}` : interval
}
