import { computed, ref } from 'vue'

/** The way through pages that each name only the next one. */
export function usePaging() {
  const trail = ref<string[]>([])
  return {
    after: computed(() => trail.value.at(-1) ?? null),
    hasBack: computed(() => trail.value.length > 0),
    next: (place: string | null | undefined) => { if (place) trail.value = [...trail.value, place] },
    back: () => { trail.value = trail.value.slice(0, -1) },
    reset: () => { trail.value = [] },
  }
}
