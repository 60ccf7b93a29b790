@export()
@description('A role of somebody on the resource that the module is given it for.')
type grant = {
  @description('The role\'s id.')
  role: string

  @description('What tells it from others in the assignment\'s name; known before anything is deployed, unlike the id of an identity.')
  key: string

  @description('Whose it is.')
  principalId: string

  @description('What that is.')
  principalType: 'ServicePrincipal' | 'User'
}

// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
var roleIds = {
  blobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  blobDataContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  queueDataContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  tableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  serviceBusDataOwner: '090c5cfd-751d-490a-894a-3ce6f1109419'
  secretsUser: '4633458b-17de-408a-874c-0445c86b69e6'
  secretsOfficer: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'
  metricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
  durableTaskDataContributor: '0ad04412-c4d5-4796-b79c-f76d14c8d402'
}

// One list; a role is given on the resource that it is for, not on the group.
@export()
@description('All of them.')
var assignments = [
  // The host keeps its keys and leases in blobs.
  { on: 'host', role: roleIds.blobDataOwner, to: 'app' }
  // Durable Functions: control and work item queues.
  { on: 'host', role: roleIds.queueDataContributor, to: 'app' }
  // Durable Functions' history.
  { on: 'host', role: roleIds.tableDataContributor, to: 'app' }
  // The app's tables and files, where they lie in accounts of their own.
  { on: 'tables', role: roleIds.tableDataContributor, to: 'app' }
  { on: 'data', role: roleIds.blobDataContributor, to: 'app' }
  // Whoever deploys may drop files and fetch results.
  { on: 'files', role: roleIds.blobDataContributor, to: 'operator' }
  // Sending and receiving are not enough: the counts of a queue are a management call. Roles are not copied to the namespace to fail over to.
  { on: 'serviceBus', role: roleIds.serviceBusDataOwner, to: 'app' }
  { on: 'insights', role: roleIds.metricsPublisher, to: 'app' }
  // Settings name secrets, and the platform reads them as the app; whoever deploys stores them.
  { on: 'vault', role: roleIds.secretsUser, to: 'app' }
  { on: 'vault', role: roleIds.secretsOfficer, to: 'operator' }
  // Starting, reading and purging orchestrations as well as running them.
  { on: 'scheduler', role: roleIds.durableTaskDataContributor, to: 'app' }
]

@export()
@description('The roles on a resource, or on several that are one.')
func grantsOn(resources string[], appName string, appPrincipalId string, operator operatorType) grant[] =>
  map(
    filter(assignments, item => contains(resources, item.on)),
    item => {
      role: item.role
      key: item.to == 'app' ? appName : operator.principalId
      principalId: item.to == 'app' ? appPrincipalId : operator.principalId
      principalType: item.to == 'app' ? 'ServicePrincipal' : operator.principalType
    }
  )

@export()
@description('Whoever deploys.')
type operatorType = {
  @description('Its object id.')
  principalId: string

  @description('What it is.')
  principalType: 'ServicePrincipal' | 'User'
}
