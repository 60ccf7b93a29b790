import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef, type WatchSource } from 'vue'
import { Unreachable } from '../api/http'

/** The app does not answer at the moment. */
export const offline = ref(false)

/** The time, told anew each second while the page is seen. */
export const now = ref(Date.now())
setInterval(() => { if (!document.hidden) now.value = Date.now() }, 1000)

const every = 2000

export interface Poll<T> {
  data: ShallowRef<T | null>
  error: Ref<Error | null>
  loading: Ref<boolean>
  refresh: () => Promise<void>
}

/** Asks every two seconds while the page is seen, never when it is hidden; asks at once when a source changes. */
export function usePoll<T>(ask: (signal: AbortSignal) => Promise<T>, sources: WatchSource[] = [], interval = every): Poll<T> {
  const data = shallowRef<T | null>(null) as ShallowRef<T | null>
  const error = ref<Error | null>(null)
  const loading = ref(true)
  let timer: ReturnType<typeof setTimeout> | undefined
  let call = new AbortController()
  let ended = false

  async function refresh(): Promise<void> {
    clearTimeout(timer)
    call.abort()
    const mine = call = new AbortController()
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
    loading.value = false
    if (!ended && !document.hidden) timer = setTimeout(refresh, interval)
  }

  const seen = () => {
    if (document.hidden) clearTimeout(timer)
    else void refresh()
  }
  document.addEventListener('visibilitychange', seen)
  if (sources.length) watch(sources, () => { loading.value = true; void refresh() })
  onScopeDispose(() => {
    ended = true
    clearTimeout(timer)
    call.abort()
    document.removeEventListener('visibilitychange', seen)
  })
  void refresh()
  return { data, error, loading, refresh }
}
