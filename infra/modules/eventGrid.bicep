@description('The system topic\'s name.')
param name string

@description('The region: the storage account\'s.')
param location string

@description('On the resource.')
param tags object

@description('The storage account whose events they are.')
param storageName string

@description('The container whose new blobs are announced.')
param incomingContainer string

@description('Where events are put that could not be delivered.')
param deadLetterContainer string

@description('The broker.')
param serviceBusName string

@description('The queue that gets them.')
param queueName string

// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
var serviceBusDataSender = '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39'
var blobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageName
  resource blobs 'blobServices' existing = {
    name: 'default'
    resource container 'containers' existing = { name: deadLetterContainer }
  }
}
resource serviceBus 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = {
  name: serviceBusName
  resource queue 'queues' existing = { name: queueName }
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: name
  location: location
  tags: tags
  // Behind a firewall only a system-assigned identity is let through as a trusted service:
  // https://learn.microsoft.com/azure/event-grid/deliver-events-using-managed-identity
  identity: { type: 'SystemAssigned' }
  properties: {
    source: storage.id
    topicType: 'Microsoft.Storage.StorageAccounts'
  }
}

resource mayDeliver 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(serviceBus::queue.id, topic.id, serviceBusDataSender)
  scope: serviceBus::queue
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', serviceBusDataSender)
    principalId: topic.identity.principalId
    principalType: 'ServicePrincipal'
  }
}

resource mayKeepUndelivered 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage::blobs::container.id, topic.id, blobDataContributor)
  scope: storage::blobs::container
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataContributor)
    principalId: topic.identity.principalId
    principalType: 'ServicePrincipal'
  }
}

// A queue instead of a webhook: nothing has to answer before the app is deployed, and a burst waits in the queue.
resource subscription 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: 'incoming-blobs'
  // A subscription is refused while its identity may not deliver yet.
  dependsOn: [mayDeliver, mayKeepUndelivered]
  properties: {
    eventDeliverySchema: 'CloudEventSchemaV1_0'
    filter: {
      includedEventTypes: ['Microsoft.Storage.BlobCreated']
      subjectBeginsWith: '/blobServices/default/containers/${incomingContainer}/'
    }
    deliveryWithResourceIdentity: {
      identity: { type: 'SystemAssigned' }
      destination: {
        endpointType: 'ServiceBusQueue'
        properties: { resourceId: serviceBus::queue.id }
      }
    }
    retryPolicy: {
      maxDeliveryAttempts: 30
      eventTimeToLiveInMinutes: 1440
    }
    deadLetterWithResourceIdentity: {
      identity: { type: 'SystemAssigned' }
      deadLetterDestination: {
        endpointType: 'StorageBlob'
        properties: {
          resourceId: storage.id
          blobContainerName: deadLetterContainer
        }
      }
    }
  }
}

@description('The system topic\'s id.')
output topicId string = topic.id
