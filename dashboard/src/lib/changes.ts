import { ref } from 'vue'
import { apiBase, getChanged, key } from '../api/http'

/** The kinds of things that change, as the app's events name them. */
export type Kind = 'task' | 'csv' | 'run' | 'mail' | 'notification' | 'schedule' | 'queue' | 'deadLetters'
export interface Change { kind: Kind; id: string | null; state: string | null; at: string; count: number }
export interface ChangePage { changes: Change[]; next: string; reset: boolean }

/** What somebody shows, and what they do when it changed. */
interface Interest { kinds: Kind[]; id: string | null; act: () => void }

const askEvery = 2500
const tryAgain = 5000
const interests = new Set<Interest>()

/** The app tells by itself what changes: who shows something need not ask. */
export const live = ref(false)

/** Calls when something of these kinds changed, until the answer is called. An id narrows them to one thing. */
export function onChange(kinds: Kind[], id: string | null, act: () => void): () => void {
  const interest = { kinds, id, act }
  interests.add(interest)
  return () => interests.delete(interest)
}

/** Whether a change is of what somebody shows: one without an id stands for many of its kind. */
export const concerns = (change: Pick<Change, 'kind' | 'id'>, kinds: Kind[], id: string | null): boolean =>
  kinds.includes(change.kind) && (id === null || change.id === null || change.id === id)

let cursor = ''
let stream: EventSource | null = null
let timer: ReturnType<typeof setTimeout> | undefined
let asking = false

function take(page: ChangePage): void {
  // What changed before the first event, or while nobody listened, is not told: it is read again.
  const all = !live.value || page.reset
  cursor = page.next
  live.value = true
  for (const interest of [...interests])
    if (all || page.changes.some(change => concerns(change, interest.kinds, interest.id))) interest.act()
}

/** Who showed something asks by themselves from now on, and finds out whether the app is there. */
function lose(): void {
  if (!live.value) return
  live.value = false
  for (const interest of [...interests]) interest.act()
}

const address = () => `events${cursor ? `?after=${encodeURIComponent(cursor)}` : ''}`

// A stream keeps an instance on Azure alive and billed, and cannot send a key: there the page asks.
const streams = (): boolean =>
  typeof EventSource !== 'undefined' && !key.value && ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname)

function open(): void {
  const mine = stream = new EventSource(new URL(address(), apiBase))
  mine.addEventListener('changes', event => take(JSON.parse((event as MessageEvent<string>).data) as ChangePage))
  mine.onerror = () => {
    // It ends every few minutes and begins again by itself, with the last id; what has failed for good is tried anew.
    if (mine.readyState !== EventSource.CLOSED) return void (timer = setTimeout(() => { if (mine.readyState !== EventSource.OPEN) lose() }, 1500))
    lose()
    if (stream === mine) timer = setTimeout(listen, tryAgain)
  }
}

async function ask(): Promise<void> {
  asking = true
  let wait = askEvery
  try {
    const page = await getChanged<ChangePage>(address(), cursor && `"${cursor}"`)
    if (page) take(page)
  } catch {
    // Whoever shows something asks now, and says what is wrong.
    lose()
    wait = tryAgain
  }
  asking = false
  if (!document.hidden) timer = setTimeout(listen, wait)
}

/** Begins to listen, or goes on where it ended; a hidden page hears nothing. */
function listen(): void {
  clearTimeout(timer)
  stream?.close()
  stream = null
  if (document.hidden) return void (live.value = false)
  if (streams()) open()
  else if (!asking) void ask()
}

/** Listens while the page is seen, until the answer is called. */
export function startChanges(): () => void {
  document.addEventListener('visibilitychange', listen)
  listen()
  return () => {
    document.removeEventListener('visibilitychange', listen)
    clearTimeout(timer)
    stream?.close()
  }
}
