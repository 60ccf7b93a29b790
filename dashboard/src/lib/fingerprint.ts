import type { DeadLetter } from '../api/types'

/** Dead letters that most likely have one cause. */
export interface Group {
  key: string
  task: string
  reason: string
  type: string
  message: string
  letters: DeadLetter[]
  first: string
  last: string
}

/** A message without what differs from one failure to the next: numbers, ids, quoted values. */
export const blank = (message: string): string => message
  .replace(/\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b/gi, '…')
  .replace(/\b[0-9a-f]*\d[0-9a-f]{7,}\b/gi, '…')
  .replace(/\d+(?:[.,:]\d+)*/g, '…')

/** Groups by task, error type and message with the numbers blanked; the largest first. */
export function groupsOf(letters: DeadLetter[]): Group[] {
  const groups = new Map<string, Group>()
  for (const letter of letters) {
    const [task, reason, type, message] = [letter.task ?? 'no task', letter.reason ?? '', letter.exceptionType ?? '', blank(letter.description ?? '')]
    const key = JSON.stringify([task, reason, type, message])
    const group = groups.get(key)
    if (!group) groups.set(key, { key, task, reason, type, message, letters: [letter], first: letter.deadLettered, last: letter.deadLettered })
    else {
      group.letters.push(letter)
      if (letter.deadLettered < group.first) group.first = letter.deadLettered
      if (letter.deadLettered > group.last) group.last = letter.deadLettered
    }
  }
  return [...groups.values()].sort((a, b) => b.letters.length - a.letters.length || a.key.localeCompare(b.key))
}

/** How many fall into each of so many equal spans between two times. */
export function overTime(times: string[], from: number, to: number, spans: number): number[] {
  const counts = new Array<number>(spans).fill(0)
  const width = Math.max(1, (to - from) / spans)
  for (const time of times) {
    const at = Date.parse(time)
    if (at >= from && at <= to) counts[Math.min(Math.floor((at - from) / width), spans - 1)]!++
  }
  return counts
}
