@description('Its name.')
param name string

@description('The region.')
param location string

@description('On the resource.')
param tags object

@description('How it keeps its copies.')
param redundancy 'Standard_LRS' | 'Standard_ZRS' | 'Standard_GZRS'

@description('Days that deleted blobs can be brought back; 0 for none.')
param deletedBlobDays int

@description('Days that results of tasks are kept at most.')
param taskResultDays int

@description('Days that the output of a CSV job is kept; 0 for ever.')
param csvOutputDays int

@description('Days that a file stays in incoming; 0 for ever.')
param incomingDays int

@description('True: reached over private endpoints only, and from the ranges below.')
param private bool

@description('Where people may reach a private account from, as public IPv4 addresses or CIDR ranges.')
param allowedIpRanges string[]

@description('True: it can be deleted only after a lock was.')
param deleteLock bool

@export()
@description('The containers, by what they are for.')
var containers = {
  incoming: 'incoming'
  processed: 'processed'
  results: 'results'
  schemas: 'schemas'
  workflows: 'workflows'
  media: 'media'
  templates: 'templates'
  recipients: 'recipients'
  mail: 'mail'
  reports: 'reports'
  // A package has the same name in each, so two apps cannot share one.
  deployment: 'deployment'
  heavyDeployment: 'deployment-heavy'
  undelivered: 'undelivered-events'
}

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: redundancy }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    // Enabled with Deny is what takes rules: https://learn.microsoft.com/azure/storage/common/storage-network-security
    publicNetworkAccess: private && empty(allowedIpRanges) ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: private ? 'Deny' : 'Allow'
      ipRules: [for range in (private ? allowedIpRanges : []): { value: range, action: 'Allow' }]
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: storage
  name: 'default'
  properties: {
    deleteRetentionPolicy: deletedBlobDays > 0 ? { enabled: true, days: deletedBlobDays } : { enabled: false }
    containerDeleteRetentionPolicy: deletedBlobDays > 0 ? { enabled: true, days: deletedBlobDays } : { enabled: false }
  }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = [
  for item in items(containers): {
    parent: blobs
    name: item.value
    properties: { publicAccess: 'None' }
  }
]

// Blocks that were staged and never committed need no rule: storage drops them after a week.
resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2025-06-01' = {
  parent: storage
  name: 'default'
  dependsOn: [container]
  properties: {
    policy: {
      rules: concat(
        [
          {
            name: 'task-results'
            type: 'Lifecycle'
            enabled: true
            definition: {
              filters: { blobTypes: ['blockBlob'], prefixMatch: ['${containers.results}/'] }
              actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: taskResultDays } } }
            }
          }
          {
            name: 'undelivered-events'
            type: 'Lifecycle'
            enabled: true
            definition: {
              filters: { blobTypes: ['blockBlob'], prefixMatch: ['${containers.undelivered}/'] }
              actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 30 } } }
            }
          }
        ],
        csvOutputDays > 0
          ? [
              {
                name: 'csv-output'
                type: 'Lifecycle'
                enabled: true
                definition: {
                  filters: { blobTypes: ['blockBlob'], prefixMatch: ['${containers.processed}/'] }
                  actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: csvOutputDays } } }
                }
              }
            ]
          : [],
        incomingDays > 0
          ? [
              {
                name: 'incoming'
                type: 'Lifecycle'
                enabled: true
                definition: {
                  filters: { blobTypes: ['blockBlob'], prefixMatch: ['${containers.incoming}/'] }
                  actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: incomingDays } } }
                }
              }
            ]
          : []
      )
    }
  }
}

// https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources
resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (deleteLock) {
  scope: storage
  name: 'files'
  properties: { level: 'CanNotDelete', notes: 'The files of users lie here.' }
}

@description('The account\'s id.')
output id string = storage.id

@description('The blob service.')
output blobServiceUri string = storage.properties.primaryEndpoints.blob

@description('The queue service, which Durable Functions use.')
output queueServiceUri string = storage.properties.primaryEndpoints.queue

@description('The table service.')
output tableServiceUri string = storage.properties.primaryEndpoints.table
