import { grant } from '../roles.bicep'
import { settings as settingsType } from '../types.bicep'

@description('Its name.')
param name string

@description('The region.')
param location string

@description('On the resource.')
param tags object

@description('The containers in it.')
param containerNames string[]

@description('True: the files of users lie in it.')
param holdsFiles bool

@description('Copies, days, and whether it is private: then it is reached over private endpoints only, and from the ranges below.')
param settings settingsType

@description('Where people may reach a private account from, as public IPv4 addresses or CIDR ranges.')
param allowedIpRanges string[]

@description('Who may do what with it.')
param grants grant[]

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

@export()
@description('Those of which each account of files has its own (BlobAccounts.Spread); what people put somewhere lies in the first alone.')
var spreadContainers = [containers.processed, containers.results, containers.mail]

var retention = settings.deletedBlobDays > 0 ? { enabled: true, days: max(settings.deletedBlobDays, 1) } : { enabled: false }

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: settings.storageRedundancy }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    // Enabled with Deny is what takes rules: https://learn.microsoft.com/azure/storage/common/storage-network-security
    publicNetworkAccess: settings.privateNetwork && empty(allowedIpRanges) ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: settings.privateNetwork ? 'Deny' : 'Allow'
      ipRules: [for range in (settings.privateNetwork ? allowedIpRanges : []): { value: range, action: 'Allow' }]
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: storage
  name: 'default'
  properties: {
    deleteRetentionPolicy: retention
    containerDeleteRetentionPolicy: retention
  }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = [
  for item in containerNames: {
    parent: blobs
    name: item
    properties: { publicAccess: 'None' }
  }
]

// Blocks that were staged and never committed need no rule: storage drops them after a week.
resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2025-06-01' = if (holdsFiles) {
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
              actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: settings.taskResultDays } } }
            }
          }
        ],
        contains(containerNames, containers.undelivered)
          ? [
              {
                name: 'undelivered-events'
                type: 'Lifecycle'
                enabled: true
                definition: {
                  filters: { blobTypes: ['blockBlob'], prefixMatch: ['${containers.undelivered}/'] }
                  actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 30 } } }
                }
              }
            ]
          : [],
        settings.csvOutputDays > 0
          ? [
              {
                name: 'csv-output'
                type: 'Lifecycle'
                enabled: true
                definition: {
                  filters: { blobTypes: ['blockBlob'], prefixMatch: ['${containers.processed}/'] }
                  actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: settings.csvOutputDays } } }
                }
              }
            ]
          : [],
        settings.incomingDays > 0 && contains(containerNames, containers.incoming)
          ? [
              {
                name: 'incoming'
                type: 'Lifecycle'
                enabled: true
                definition: {
                  filters: { blobTypes: ['blockBlob'], prefixMatch: ['${containers.incoming}/'] }
                  actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: settings.incomingDays } } }
                }
              }
            ]
          : []
      )
    }
  }
}

// https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources
resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (settings.deleteLock && holdsFiles) {
  scope: storage
  name: 'files'
  properties: { level: 'CanNotDelete', notes: 'The files of users lie here.' }
}

resource role 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for item in grants: {
    name: guid(storage.id, item.key, item.role)
    scope: storage
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', item.role)
      principalId: item.principalId
      principalType: item.principalType
    }
  }
]

@description('The account\'s id.')
output id string = storage.id

@description('The blob service.')
output blobServiceUri string = storage.properties.primaryEndpoints.blob

@description('The queue service, which Durable Functions use.')
output queueServiceUri string = storage.properties.primaryEndpoints.queue

@description('The table service.')
output tableServiceUri string = storage.properties.primaryEndpoints.table
