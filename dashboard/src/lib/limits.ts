import type { TaskLimit } from '../api/types'
import type { Action } from '../components/ActionBar.vue'
import { count } from './format'

/** A limit as a form has it: everything is text. */
export interface LimitForm {
  name: string
  of: 'tasks' | 'queue'
  tasks: string
  queue: string
  by: 'all' | 'key' | 'tenant'
  key: string
  concurrency: string
  rate: string
  burst: string
  weights: string
}

export const formOf = (limit?: TaskLimit): LimitForm => ({
  name: limit?.name ?? '', of: limit?.queue ? 'queue' : 'tasks', tasks: limit?.tasks?.join(', ') ?? '', queue: limit?.queue ?? '',
  by: limit?.perTenant ? 'tenant' : limit?.key ? 'key' : 'all', key: limit?.key ?? '',
  concurrency: limit?.concurrency == null ? '' : String(limit.concurrency), rate: limit?.rate ?? '', burst: limit && limit.burst > 1 ? String(limit.burst) : '',
  weights: Object.entries(limit?.weights ?? {}).map(([name, weight]) => `${name}=${weight}`).join(', '),
})

export const list = (text: string): string[] => text.split(',').map(part => part.trim()).filter(part => part !== '')

// What is no number is sent as it was typed: the app says what is wrong with it.
export const number = (text: string): number | string => Number.isFinite(Number(text)) ? Number(text) : text

function weightsOf(text: string): Record<string, number | string> {
  const pairs = list(text).map(pair => pair.lastIndexOf('=') < 0 ? [pair, ''] as const : [pair.slice(0, pair.lastIndexOf('=')).trim(), pair.slice(pair.lastIndexOf('=') + 1).trim()] as const)
  return Object.fromEntries(pairs.map(([name, weight]) => [name, weight === '' ? weight : number(weight)]))
}

/** The body that puts it. */
export const bodyOf = (form: LimitForm): Record<string, unknown> => ({
  ...(form.of === 'tasks' ? { tasks: list(form.tasks) } : { queue: form.queue }),
  ...(form.by === 'key' && { key: form.key.trim() }), ...(form.by === 'tenant' && { perTenant: true }),
  ...(form.concurrency.trim() && { concurrency: number(form.concurrency.trim()) }), ...(form.rate.trim() && { rate: form.rate.trim() }),
  ...(form.burst.trim() && { burst: number(form.burst.trim()) }),
  ...(form.by !== 'all' && form.weights.trim() && { weights: weightsOf(form.weights) }),
})

export const pathOf = (name: string): string => `limits/${encodeURIComponent(name.trim())}`

/** What shares it, or has it for itself. */
export const scopeOf = (limit: TaskLimit): string => limit.perTenant ? 'each tenant' : limit.key ? `each value of ${limit.key}` : 'all together'

/** How much it lets through. */
export const amountOf = (limit: TaskLimit): string[] => [
  ...(limit.concurrency == null ? [] : [`${count(limit.concurrency)} at once`]),
  ...(limit.rate == null ? [] : [`${limit.rate.replace('/', ' in ')}${limit.burst > 1 ? `, ${count(limit.burst)} together` : ''}`]),
]

export const removing = (limit: TaskLimit): Action => ({
  label: 'Delete', kind: 'danger', method: 'DELETE', path: pathOf(limit.name), done: `The limit ${limit.name} is gone.`,
  ask: `What waits for ${limit.name} runs as it comes, on every instance within two seconds.`,
})
