import type { PausePage } from '../api/types'
import type { Action } from '../components/ActionBar.vue'

type Pause = PausePage['pauses'][number]

/** Puts off what a task's name stands for until it is resumed. */
export const pausingTask = (task: string): Action => ({
  label: 'Pause this task', method: 'POST', path: `tasks/${encodeURIComponent(task)}/pause`, done: `${task} is paused.`,
  ask: `Every ${task} that waits, and every one that is sent, is put off until it is resumed. What runs is run to its end; the rest of its queue goes on.`,
})

/** Lets a paused task or tenant go on. */
export const resuming = (pause: Pick<Pause, 'kind' | 'name'>): Action => ({
  label: 'Resume', method: 'POST', path: `${pause.kind.toLowerCase()}s/${encodeURIComponent(pause.name)}/resume`,
  done: `${pause.name} goes on within two minutes.`, ask: `Messages of ${pause.name} that were put off run within two minutes, and new ones as they come.`,
})
