import type { Batch } from '../api/types'
import type { Action } from '../components/ActionBar.vue'
import type { Tone } from './states'

const pathOf = (id: string): string => `batches/${encodeURIComponent(id)}`

export const closing = (batch: Batch): Action => ({
  label: 'Close', kind: 'primary', method: 'POST', path: `${pathOf(batch.id)}/close`, done: 'The batch takes members from its own tasks alone.',
  ask: 'From now on only its own tasks may add to it; it completes with its last member, and its callbacks are sent.',
})

/** The parts of its members that have ended, each with its share of a hundred. */
export function partsOf(batch: Batch): { name: string; tone: Tone; count: number; share: number }[] {
  const parts: [string, Tone, number][] = [['succeeded', 'good', batch.succeeded], ['failed', 'bad', batch.failed], ['revoked', 'warn', batch.revoked]]
  return parts.filter(([, , count]) => count > 0).map(([name, tone, count]) => ({ name, tone, count, share: 100 * count / Math.max(1, batch.total) }))
}

/** A batch as a form has it: everything is text. */
export interface BatchForm { id: string; description: string; parent: string; onFailure: string; onSuccess: string; onCompletion: string }

export const emptyForm = (): BatchForm => ({ id: '', description: '', parent: '', onFailure: '', onSuccess: '', onCompletion: '' })

/** The body that opens it. */
export const bodyOf = (form: BatchForm): Record<string, unknown> => ({
  ...(form.id.trim() && { id: form.id.trim() }), ...(form.description.trim() && { description: form.description.trim() }), ...(form.parent.trim() && { parent: form.parent.trim() }),
  ...Object.fromEntries((['onFailure', 'onSuccess', 'onCompletion'] as const).filter(on => form[on].trim()).map(on => [on, { task: form[on].trim() }])),
})
