import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef, type WatchSource } from 'vue'
import { Unreachable } from '../api/http'
import { live, onChange, type Kind } from './changes'

/** The app does not answer at the moment. */
export const offline = ref(false)

/** The time, told anew each second while the page is seen. */
export const now = ref(Date.now())
setInterval(() => { if (!document.hidden) now.value = Date.now() }, 1000)

/** Questions whose first answer is on its way. */
export const beginning = ref(0)

const every = 2000
// What is told of is asked for seldom all the same: who dies does not tell its last second.
const seldom = 15_000
const atMostEvery = 750

// What takes the app long is asked for seldom: it has other things to do.
const longMs = 1000
const restFactor = 4

export interface Poll<T> {
  data: ShallowRef<T | null>
  error: Ref<Error | null>
  loading: Ref<boolean>
  refresh: () => Promise<void>
}

/** How a question is asked again. */
export interface Asking {
  /** So often, where the app does not tell of changes by itself. */
  every?: number
  /** It changes when something of these kinds does. */
  kinds?: Kind[]
  /** The only thing of these kinds that it is about. */
  id?: string
}

/** Asks at once, when a source or what is shown changes, and from time to time while the page is seen; never when it is hidden. */
export function usePoll<T>(ask: (signal: AbortSignal) => Promise<T>, sources: WatchSource[] = [], asking: Asking = {}): Poll<T> {
  const data = shallowRef<T | null>(null) as ShallowRef<T | null>
  const error = ref<Error | null>(null)
  const loading = ref(true)
  let timer: ReturnType<typeof setTimeout> | undefined
  let call: AbortController | null = null
  let begun = 0
  let rest = atMostEvery
  let isDue = false
  let isFirst = true
  let ended = false
  beginning.value++

  function firstIsThere(): void {
    if (isFirst) beginning.value--
    isFirst = false
  }

  function again(wait: number): void {
    clearTimeout(timer)
    if (!ended && !document.hidden) timer = setTimeout(refresh, wait)
  }

  async function refresh(): Promise<void> {
    clearTimeout(timer)
    call?.abort()
    const mine = call = new AbortController()
    begun = Date.now()
    isDue = false
    try {
      const answer = await ask(mine.signal)
      if (mine.signal.aborted) return
      data.value = answer
      error.value = null
      offline.value = false
    } catch (fault) {
      if (mine.signal.aborted) return
      if (fault instanceof Unreachable) offline.value = true
      else error.value = fault as Error
    }
    call = null
    loading.value = false
    firstIsThere()
    const took = Date.now() - begun
    rest = took > longMs ? restFactor * took : atMostEvery
    again(isDue ? rest : asking.kinds && live.value ? seldom : asking.every ?? every)
  }

  // What changes fast is read again and again, but never before the answer is there and never more than about once a second.
  function changed(): void {
    if (isDue || document.hidden) return
    isDue = true
    if (!call) again(Math.max(0, begun + rest - Date.now()))
  }

  const seen = () => {
    if (document.hidden) clearTimeout(timer)
    else void refresh()
  }
  document.addEventListener('visibilitychange', seen)
  const forget = asking.kinds ? onChange(asking.kinds, asking.id ?? null, changed) : () => undefined
  if (sources.length) watch(sources, () => { loading.value = true; void refresh() })
  onScopeDispose(() => {
    ended = true
    forget()
    clearTimeout(timer)
    call?.abort()
    firstIsThere()
    document.removeEventListener('visibilitychange', seen)
  })
  void refresh()
  return { data, error, loading, refresh }
}
