import type { Alarm } from '../api/types'
import type { Action } from '../components/ActionBar.vue'
import { count, percent } from './format'
import { list, number } from './limits'

export type AlarmKind = Alarm['definition']['when']

/** An alarm as a form has it: everything is text. */
export interface AlarmForm {
  name: string
  when: AlarmKind
  of: string
  by: 'all' | 'queue' | 'task'
  after: string
  above: string
  times: string
  minRuns: string
  within: string
  quiet: string
  emails: string
  webhooks: string
  enabled: boolean
}

export const kinds: Record<AlarmKind, string> = {
  scheduleLate: 'a schedule is late', queueAge: 'messages of a queue grow old', failureRate: 'many runs fail',
}

const text = (value: number | string | null | undefined): string => value == null ? '' : String(value)

export function formOf(alarm?: Alarm): AlarmForm {
  const known = alarm?.definition
  return {
    name: alarm?.name ?? '', when: known?.when ?? 'queueAge', of: known?.schedule ?? known?.queue ?? known?.task ?? '', by: known?.task ? 'task' : known?.queue ? 'queue' : 'all',
    after: known?.after ?? (known ? '' : '10m'), above: known?.above == null ? '20' : text(known.above * 100), times: text(known?.times), minRuns: text(known?.minRuns), within: known?.within ?? '',
    quiet: known?.quiet ?? '', emails: known?.emails?.join(', ') ?? '', webhooks: known?.webhooks?.join(', ') ?? '', enabled: known?.enabled ?? true,
  }
}

const given = (member: string, value: string): Record<string, unknown> => value.trim() ? { [member]: value.trim() } : {}
const amount = (member: string, value: string): Record<string, unknown> => value.trim() ? { [member]: number(value.trim()) } : {}

// Percent are what people say; a share is what the app has.
const share = (value: string): Record<string, unknown> => {
  const parsed = number(value.trim())
  return value.trim() ? { above: typeof parsed === 'number' ? Math.round(parsed * 1e6) / 1e8 : parsed } : {}
}

/** The body that puts it. */
export const bodyOf = (form: AlarmForm): Record<string, unknown> => ({
  when: form.when,
  ...(form.when === 'scheduleLate' && { ...given('schedule', form.of), ...given('after', form.after) }),
  ...(form.when === 'queueAge' && { ...given('queue', form.of), ...given('after', form.after) }),
  ...(form.when === 'failureRate' && {
    ...(form.by !== 'all' && given(form.by, form.of)), ...share(form.above), ...amount('times', form.times), ...amount('minRuns', form.minRuns), ...given('within', form.within),
  }),
  ...given('quiet', form.quiet),
  ...(form.emails.trim() && { emails: list(form.emails) }), ...(form.webhooks.trim() && { webhooks: list(form.webhooks) }),
  ...(!form.enabled && { enabled: false }),
})

export const pathOf = (name: string): string => `alarms/${encodeURIComponent(name.trim())}`

/** What it watches, in a sentence's part. */
export function watchOf({ definition }: Alarm): string {
  if (definition.when === 'scheduleLate') return `${definition.schedule ?? 'any schedule'} is ${definition.after} late`
  if (definition.when === 'queueAge') return `a message of ${definition.queue ?? 'any queue'} waits ${definition.after}`
  const runs = definition.task ?? (definition.queue ? `the queue ${definition.queue}` : 'any task')
  return `more than ${percent(definition.above)} of ${runs} fail${definition.times == null ? '' : `, ${count(definition.times)} times as many as before`}`
}

export const receiversOf = ({ definition }: Alarm): string[] => [...definition.emails ?? [], ...definition.webhooks ?? []]

export const removing = (alarm: Alarm): Action => ({
  label: 'Delete', kind: 'danger', method: 'DELETE', path: pathOf(alarm.name), done: `The alarm ${alarm.name} is gone.`, ask: 'Nobody is told of it any more.',
})

/** Has it watch nothing for a while, or watch again. */
export const switching = (alarm: Alarm): Action => ({
  label: alarm.definition.enabled ? 'Switch off' : 'Switch on', method: 'PUT', path: pathOf(alarm.name), body: { ...alarm.definition, enabled: !alarm.definition.enabled },
  done: alarm.definition.enabled ? `${alarm.name} watches nothing.` : `${alarm.name} is looked at within a minute.`,
})
