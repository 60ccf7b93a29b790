@description('Where the logs go.')
param workspaceId string

@description('The storage accounts of files.')
param storageNames string[]

@description('The broker.')
param serviceBusName string

@description('The topic that announces blobs.')
param topicName string

@description('The vault; empty for none.')
param vaultName string

// Metrics are there without this; logs are not: https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings
var name = 'to-workspace'

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = [for account in storageNames: { name: account }]
resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' existing = [
  for (account, i) in storageNames: {
    parent: storage[i]
    name: 'default'
  }
]
resource serviceBus 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = { name: serviceBusName }
resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = { name: topicName }

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = if (!empty(vaultName)) { name: vaultName }

// Reads are left out: they are most of what happens there, and tell least.
resource ofBlobs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = [
  for (account, i) in storageNames: {
    name: name
    scope: blobs[i]
    properties: {
      workspaceId: workspaceId
      logs: [{ category: 'StorageWrite', enabled: true }, { category: 'StorageDelete', enabled: true }]
    }
  }
]

resource ofServiceBus 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: name
  scope: serviceBus
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'audit', enabled: true }, { category: 'OperationalLogs', enabled: true }]
  }
}

resource ofTopic 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: name
  scope: topic
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'DeliveryFailures', enabled: true }]
  }
}

resource ofVault 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (!empty(vaultName)) {
  name: name
  scope: vault
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'audit', enabled: true }]
  }
}
