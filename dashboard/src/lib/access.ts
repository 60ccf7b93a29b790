import { computed, ref } from 'vue'
import type { Access } from '../api/types'

/** Who asks, as the app sees it; null until it has said so. */
export const access = ref<Access | null>(null)

/** The key, or who signed in, may look at everything and change nothing. */
export const readsOnly = computed(() => access.value?.role === 'read')
