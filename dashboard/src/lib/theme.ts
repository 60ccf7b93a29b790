import { ref } from 'vue'

type Theme = 'light' | 'dark'

const name = 'serverless-theme'
const system = matchMedia('(prefers-color-scheme: dark)')
const chosen = localStorage.getItem(name)

export const theme = ref<Theme>(chosen === 'light' || chosen === 'dark' ? chosen : system.matches ? 'dark' : 'light')

const show = () => { document.documentElement.dataset.theme = theme.value }

system.addEventListener('change', () => {
  if (localStorage.getItem(name)) return
  theme.value = system.matches ? 'dark' : 'light'
  show()
})

export function toggleTheme(): void {
  theme.value = theme.value === 'dark' ? 'light' : 'dark'
  localStorage.setItem(name, theme.value)
  show()
}

show()
