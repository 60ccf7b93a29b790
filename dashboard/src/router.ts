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
    { path: '/batches', name: 'batches', component: () => import('./screens/BatchListScreen.vue'), meta: { title: 'Batches' } },
    { path: '/batches/:id', name: 'batch', component: () => import('./screens/BatchScreen.vue'), meta: { title: 'Batch' } },
    { path: '/queues', name: 'queues', component: () => import('./screens/QueueListScreen.vue'), meta: { title: 'Queues' } },
    { path: '/queues/:name', name: 'queue', component: () => import('./screens/QueueScreen.vue'), meta: { title: 'Queue' } },
    { path: '/limits', name: 'limits', component: () => import('./screens/LimitListScreen.vue'), meta: { title: 'Limits' } },
    { path: '/dead', name: 'dead-letters', component: () => import('./screens/DeadListScreen.vue'), meta: { title: 'Dead letters' } },
    { path: '/dead/:queue/:id', name: 'dead-letter', component: () => import('./screens/DeadScreen.vue'), meta: { title: 'Dead letter' } },
    { path: '/workflows', name: 'workflows', component: () => import('./screens/WorkflowListScreen.vue'), meta: { title: 'Workflows' } },
    { path: '/workflows/:name', name: 'workflow', component: () => import('./screens/WorkflowScreen.vue'), meta: { title: 'Workflow' } },
    { path: '/runs/:id', name: 'run', component: () => import('./screens/RunScreen.vue'), meta: { title: 'Run' } },
    { path: '/approvals', name: 'approvals', component: () => import('./screens/ApprovalListScreen.vue'), meta: { title: 'Approvals' } },
    { path: '/schedules', name: 'schedules', component: () => import('./screens/ScheduleListScreen.vue'), meta: { title: 'Schedules' } },
    { path: '/schedules/:name', name: 'schedule', component: () => import('./screens/ScheduleScreen.vue'), meta: { title: 'Schedule' } },
    { path: '/alarms', name: 'alarms', component: () => import('./screens/AlarmListScreen.vue'), meta: { title: 'Alarms' } },
    { path: '/mail', name: 'mail', component: () => import('./screens/MailScreen.vue'), meta: { title: 'Mail and notifications' } },
    { path: '/reports', name: 'reports', component: () => import('./screens/ReportsScreen.vue'), meta: { title: 'Reports' } },
    { path: '/actions', name: 'actions', component: () => import('./screens/ActionsScreen.vue'), meta: { title: 'Actions' } },
    { path: '/:rest(.*)*', redirect: '/' },
  ],
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? undefined : { top: 0 }),
})

router.afterEach(to => { document.title = `${String(to.meta.title)} · Serverless` })
