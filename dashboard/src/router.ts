import { createRouter, createWebHashHistory } from 'vue-router'
import OverviewScreen from './screens/OverviewScreen.vue'

// Addresses behind the #: the app serves one page, whatever prefix it has.
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', name: 'overview', component: OverviewScreen, meta: { title: 'Overview' } },
    { path: '/csv', name: 'csv', component: () => import('./screens/CsvListScreen.vue'), meta: { title: 'CSV jobs' } },
    { path: '/csv/:id', name: 'csv-job', component: () => import('./screens/CsvJobScreen.vue'), meta: { title: 'CSV job' } },
    { path: '/tasks', name: 'tasks', component: () => import('./screens/TaskListScreen.vue'), meta: { title: 'Tasks' } },
    { path: '/tasks/:id', name: 'task', component: () => import('./screens/TaskScreen.vue'), meta: { title: 'Task' } },
    { path: '/:rest(.*)*', redirect: '/' },
  ],
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? undefined : { top: 0 }),
})

router.afterEach(to => { document.title = `${String(to.meta.title)} · Serverless` })
