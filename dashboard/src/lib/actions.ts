import type { Tone } from './states'

/** The name of a function in words: QueuePause is "Queue pause". */
export const words = (name: string): string => {
  const text = name.replace(/([a-z0-9])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`)
  return text.replace(/^Csv/, 'CSV').replace(/^./, first => first.toUpperCase())
}

/** What came of an action, by the status of its answer. */
export function outcome(status: number): { text: string; tone: Tone } {
  if (status < 400) return { text: 'done', tone: 'good' }
  if (status === 403) return { text: 'not allowed', tone: 'warn' }
  return status < 500 ? { text: `refused (${status})`, tone: 'warn' } : { text: `failed (${status})`, tone: 'bad' }
}
