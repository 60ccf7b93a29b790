import { reactive } from 'vue'

export interface Toast { id: number; text: string; bad: boolean }

const shownMs = 6000
let last = 0

export const toasts = reactive<Toast[]>([])

export function toast(text: string, bad = false): void {
  const id = ++last
  toasts.push({ id, text, bad })
  setTimeout(() => {
    const at = toasts.findIndex(t => t.id === id)
    if (at >= 0) toasts.splice(at, 1)
  }, shownMs)
}
