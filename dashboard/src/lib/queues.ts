import { shallowRef } from 'vue'
import type { Queue } from '../api/types'
import type { Action } from '../components/ActionBar.vue'
import { plural } from './format'

/** Pauses a queue, or lets a paused one go on. */
export function pausing(queue: Pick<Queue, 'name' | 'active' | 'paused'>): Action {
  const path = `queues/${encodeURIComponent(queue.name)}`
  return queue.paused ? {
    label: 'Resume', method: 'POST', path: `${path}/resume`, done: `${queue.name} hands out messages again.`,
    ask: `${queue.name} hands out its ${plural(queue.active, 'message')} again.`,
  } : {
    label: 'Pause', method: 'POST', path: `${path}/pause`, done: `${queue.name} is paused.`,
    ask: `${queue.name} goes on taking tasks in and hands none out, on every instance, until it is resumed. What runs is run to its end.`,
  }
}

/** The queues, as the frame of the page last heard of them. */
export const queues = shallowRef<Queue[]>([])

/** The queue that a lane belongs to; the name itself while that is not known. */
export const queueOf = (lane: string): string => queues.value.find(queue => queue.lanes.some(known => known.name === lane))?.name ?? lane
