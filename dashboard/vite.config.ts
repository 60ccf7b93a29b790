import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const host = process.env.SERVERLESS_HOST ?? 'http://localhost:7071'

export default defineConfig(({ command }) => ({
  // Relative addresses: the page works below whatever prefix the app has. While it is developed, it lies where the app would serve it.
  base: command === 'build' ? './' : '/api/dashboard/',
  plugins: [vue()],
  define: { __VUE_OPTIONS_API__: false },
  build: {
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    target: 'es2022',
    // Screens that are little packed by themselves share what they say and what they are made of.
    rolldownOptions: {
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [{ name: 'screens', test: /src\/screens\/(Alarm|Approval|Limit|Batch|Schedule|Queue|Actions|Mail|Dead)/ }],
        },
      },
    },
  },
  server: { proxy: { '^/api/(?!dashboard/)': { target: host, changeOrigin: true, headers: { origin: host } } } },
  test: { environment: 'happy-dom', include: ['tests/**/*.test.ts'] },
}))
