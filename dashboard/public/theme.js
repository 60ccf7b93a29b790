// Runs before the first paint: the frame of the page has its colours from the first moment on. See src/lib/theme.ts.
const chosen = localStorage.getItem('serverless-theme')
document.documentElement.dataset.theme = chosen === 'light' || chosen === 'dark' ? chosen : matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
