@description('The app\'s identity.')
param identityName string

@description('The storage account.')
param storageName string

@description('The broker.')
param serviceBusName string

@description('The broker to fail over to; empty for none.')
param serviceBusSecondaryName string

@description('The vault; empty for none.')
param vaultName string

@description('The Application Insights resource.')
param insightsName string

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
}

// Whoever deploys may drop files and fetch results. Guests have a user principal name as well; service principals have none:
// https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-functions-deployment#deployer
var operatorPrincipalId = deployer().objectId
var operatorPrincipalType = empty(deployer().userPrincipalName) ? 'ServicePrincipal' : 'User'

// One list; a role is given on the resource that it is for, not on the group.
var assignments = [
  // The host keeps its keys and leases in blobs; the app's files are blobs too.
  { on: 'storage', role: roleIds.blobDataOwner, to: 'app' }
  // Durable Functions: control and work item queues.
  { on: 'storage', role: roleIds.queueDataContributor, to: 'app' }
  // Durable Functions' history, and the app's tables.
  { on: 'storage', role: roleIds.tableDataContributor, to: 'app' }
  // Sending and receiving are not enough: the counts of a queue are a management call.
  { on: 'serviceBus', role: roleIds.serviceBusDataOwner, to: 'app' }
  // Roles are not copied with the queues.
  { on: 'secondary', role: roleIds.serviceBusDataOwner, to: 'app' }
  { on: 'insights', role: roleIds.metricsPublisher, to: 'app' }
  // Settings name secrets, and the platform reads them as the app.
  { on: 'vault', role: roleIds.secretsUser, to: 'app' }
  { on: 'storage', role: roleIds.blobDataContributor, to: 'operator' }
  // Whoever deploys stores the secrets.
  { on: 'vault', role: roleIds.secretsOfficer, to: 'operator' }
]
var given = filter(
  assignments,
  item =>
    (item.on != 'secondary' || !empty(serviceBusSecondaryName)) && (item.on != 'vault' || !empty(vaultName))
)

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = { name: identityName }
resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = { name: storageName }
resource serviceBus 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = { name: serviceBusName }
resource secondary 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = if (!empty(serviceBusSecondaryName)) {
  name: serviceBusSecondaryName
}
resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = if (!empty(vaultName)) { name: vaultName }
resource insights 'Microsoft.Insights/components@2020-02-02' existing = { name: insightsName }

resource onStorage 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for item in filter(given, x => x.on == 'storage'): {
    name: guid(storage.id, item.to == 'app' ? identity.id : operatorPrincipalId, item.role)
    scope: storage
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', item.role)
      principalId: item.to == 'app' ? identity.properties.principalId : operatorPrincipalId
      principalType: item.to == 'app' ? 'ServicePrincipal' : operatorPrincipalType
    }
  }
]

resource onServiceBus 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for item in filter(given, x => x.on == 'serviceBus'): {
    name: guid(serviceBus.id, item.to == 'app' ? identity.id : operatorPrincipalId, item.role)
    scope: serviceBus
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', item.role)
      principalId: item.to == 'app' ? identity.properties.principalId : operatorPrincipalId
      principalType: item.to == 'app' ? 'ServicePrincipal' : operatorPrincipalType
    }
  }
]

resource onSecondary 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for item in filter(given, x => x.on == 'secondary'): {
    name: guid(secondary.id, item.to == 'app' ? identity.id : operatorPrincipalId, item.role)
    scope: secondary
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', item.role)
      principalId: item.to == 'app' ? identity.properties.principalId : operatorPrincipalId
      principalType: item.to == 'app' ? 'ServicePrincipal' : operatorPrincipalType
    }
  }
]

resource onVault 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for item in filter(given, x => x.on == 'vault'): {
    name: guid(vault.id, item.to == 'app' ? identity.id : operatorPrincipalId, item.role)
    scope: vault
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', item.role)
      principalId: item.to == 'app' ? identity.properties.principalId : operatorPrincipalId
      principalType: item.to == 'app' ? 'ServicePrincipal' : operatorPrincipalType
    }
  }
]

resource onInsights 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for item in filter(given, x => x.on == 'insights'): {
    name: guid(insights.id, item.to == 'app' ? identity.id : operatorPrincipalId, item.role)
    scope: insights
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', item.role)
      principalId: item.to == 'app' ? identity.properties.principalId : operatorPrincipalId
      principalType: item.to == 'app' ? 'ServicePrincipal' : operatorPrincipalType
    }
  }
]
