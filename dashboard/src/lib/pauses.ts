import type { PausePage } from '../api/types'
import type { Action } from '../components/ActionBar.vue'

type Pause = PausePage['pauses'][number]

/** Puts off what a task's name stands for until it is resumed. */
export const pausingTask = (task: string): Action => ({
  label: 'Pause this task', method: 'POST', path: `tasks/${encodeURIComponent(task)}/pause`, done: `${task} is paused.`,
  ask: `Every ${task} that waits, and every one that is sent, is put off until it is resumed. ` +
    'What runs is run to its end; the rest of its queue goes on.',
})

// What waits in a queue was put off by nobody, and what a schedule was due for is not made up for.
const after: Record<string, [done: string, ask: string]> = {
  queue: ['hands out messages again', 'What waits in it is handed out at once.'],
  schedule: ['goes on with its next due time', 'Due times that went by are not made up for.'],
}

/** Lets what is paused go on. */
export function resuming(pause: Pick<Pause, 'kind' | 'name'>): Action {
  const [done, ask] = after[pause.kind] ?? [
    'goes on within two minutes', `Messages of ${pause.name} that were put off run within two minutes, and new ones as they come.`,
  ]
  const path = `${pause.kind}s/${encodeURIComponent(pause.name)}/resume`
  return { label: 'Resume', method: 'POST', path, done: `${pause.name} ${done}.`, ask }
}

/** Who paused it, as the end of a sentence; a breaker lets it go on by itself. */
export function pauserOf(pause: Pick<Pause, 'by' | 'breaker'> & { probing?: boolean }): string {
  if (!pause.breaker) return pause.by ? ` by ${pause.by}` : ''
  return ` by the circuit breaker ${pause.breaker}${pause.probing ? '; a run finds out whether it goes on' : ''}`
}
