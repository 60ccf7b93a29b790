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

/** What is sent when something happens to a batch. */
export const moments = { onFailure: 'on the first failure', onSuccess: 'when all have succeeded', onCompletion: 'when all have ended' } as const

export type Moment = keyof typeof moments

/** A batch as a form has it: everything is text. */
export interface BatchForm { id: string; description: string; parent: string; callbacks: Record<Moment, { task: string; args: string }> }

export const emptyForm = (): BatchForm => ({
  id: '', description: '', parent: '', callbacks: { onFailure: { task: '', args: '' }, onSuccess: { task: '', args: '' }, onCompletion: { task: '', args: '' } },
})

const names = Object.keys(moments) as Moment[]

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** True when some arguments are no JSON yet. */
export const hasBadArgs = (form: BatchForm): boolean => names.some(name => form.callbacks[name].args.trim() && parse(form.callbacks[name].args) === undefined)

/** The body that opens it. */
export const bodyOf = (form: BatchForm): Record<string, unknown> => ({
  ...(form.id.trim() && { id: form.id.trim() }), ...(form.description.trim() && { description: form.description.trim() }), ...(form.parent.trim() && { parent: form.parent.trim() }),
  ...Object.fromEntries(names.filter(name => form.callbacks[name].task.trim()).map(name => {
    const { task, args } = form.callbacks[name]
    return [name, { task: task.trim(), ...(args.trim() && { args: parse(args) }) }]
  })),
})
