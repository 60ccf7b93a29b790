import { computed, shallowRef, type Ref } from 'vue'
import { get, key, query } from '../api/http'
import type { DeadLetterGroup, DeadLetterGroupPage } from '../api/types'
import { usePoll } from './poll'

/** What was seen of a queue's dead letters so far. */
export interface Grouping {
  asked: string
  groups: DeadLetterGroup[]
  lookedAt: number
  isAll: boolean
}

const hourMs = 3_600_000
const slow = 5000

// An answer looks at 3,000 of them; of a queue that holds more than this, the rest is told of as not looked at.
const mostAnswers = 70

const older = (one: string, other: string): boolean => Date.parse(one) < Date.parse(other)

function add(one: DeadLetterGroup, other: DeadLetterGroup): DeadLetterGroup {
  const hours = new Map(one.hours.map(hour => [hour.at, hour.count]))
  for (const hour of other.hours) hours.set(hour.at, (hours.get(hour.at) ?? 0) + hour.count)
  const last = older(one.last, other.last) ? other : one
  return {
    ...one, count: one.count + other.count, first: older(other.first, one.first) ? other.first : one.first, last: last.last, lastId: last.lastId,
    hours: [...hours].map(([at, count]) => ({ at, count })),
  }
}

/** Puts groups of two answers together, the largest first. */
export function merge(known: DeadLetterGroup[], more: DeadLetterGroup[]): DeadLetterGroup[] {
  const groups = new Map(known.map(group => [group.key, group]))
  for (const group of more) {
    const before = groups.get(group.key)
    groups.set(group.key, before ? add(before, group) : group)
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || a.key.localeCompare(b.key))
}

/** How many came in each of the last 24 hours. */
export function lastDay(hours: DeadLetterGroup['hours'], now: number): number[] {
  const last = Math.floor(now / hourMs)
  const counts = new Array<number>(24).fill(0)
  for (const { at, count } of hours) {
    const ago = last - Math.floor(Date.parse(at) / hourMs)
    if (ago >= 0 && ago < counts.length) counts[counts.length - 1 - ago]! += count
  }
  return counts
}

/** The groups of all dead letters of a queue, looked at in one answer after the other; what is seen first is shown first. */
export function useGroups(queue: Ref<string>, filter: Ref<Record<string, string>>) {
  const asked = computed(() => queue.value ? `queues/${encodeURIComponent(queue.value)}/deadletters/groups${query(filter.value)}` : '')
  const begun = shallowRef<Grouping | null>(null)
  const poll = usePoll(async signal => {
    const path = asked.value
    let grouping: Grouping = { asked: path, groups: [], lookedAt: 0, isAll: path === '' }
    let after: string | null | undefined
    for (let answer = 0; path && answer < mostAnswers && !grouping.isAll; answer++) {
      const page: DeadLetterGroupPage = await get<DeadLetterGroupPage>(`${path}${after ? `${path.includes('?') ? '&' : '?'}after=${encodeURIComponent(after)}` : ''}`, signal)
      grouping = { asked: path, groups: merge(grouping.groups, page.groups), lookedAt: grouping.lookedAt + page.lookedAt, isAll: !page.next }
      after = page.next
      begun.value = grouping
    }
    return grouping
  }, [asked, key], { every: slow, kinds: ['deadLetters'] })

  // While all are looked at once more, what was seen the last time stays.
  const grouping = computed(() => [poll.data.value, begun.value].find(seen => seen?.asked === asked.value) ?? null)
  return { grouping, error: poll.error, refresh: poll.refresh }
}
