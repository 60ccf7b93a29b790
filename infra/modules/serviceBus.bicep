import { grant } from '../roles.bicep'
import { queue as queueType, serviceBusSettings } from '../types.bicep'

@description('The namespace\'s name.')
param name string

@description('The name of the namespace to fail over to; empty for none.')
param secondaryName string

@description('The region.')
param location string

@description('On every resource.')
param tags object

@description('Tier and size.')
param settings serviceBusSettings

@description('Premium only: the messaging units that it has now; 0 when it is new.')
param messagingUnits int

@description('The queues, as queues.json lists them.')
param queues queueType[]

@description('True: reached over private endpoints only.')
param private bool

@description('Who may do what with it.')
param grants grant[]

var premium = settings.sku == 'Premium'
var mirrored = secondaryName != ''
// A deployment must not take away what load has added: https://learn.microsoft.com/azure/service-bus-messaging/automate-update-messaging-units
// Units are spread evenly over the partitions: https://learn.microsoft.com/azure/service-bus-messaging/enable-partitions-premium
var leastUnits = max(settings.messagingUnits.minimum, settings.partitions)
var mostUnits = max(settings.messagingUnits.maximum, leastUnits)
var capacity = max(leastUnits, min(messagingUnits, mostUnits))
var lanes = flatten(map(queues, queue => map(queue.lanes, lane => { name: lane, queue: queue })))

var namespaceProperties = {
  disableLocalAuth: true
  minimumTlsVersion: '1.2'
  publicNetworkAccess: private ? 'Disabled' : 'Enabled'
}

// The number of partitions is left out where it is the usual one: to name it later would be a change, which is refused.
var premiumProperties = settings.partitions > 1
  ? { zoneRedundant: true, premiumMessagingPartitions: settings.partitions }
  : { zoneRedundant: true }

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: premium
    ? { name: settings.sku, tier: settings.sku, capacity: capacity }
    : { name: settings.sku, tier: settings.sku }
  properties: premium ? union(namespaceProperties, premiumProperties) : namespaceProperties
}

// Event Grid delivers over the public endpoint as a trusted service, also where nobody else may.
resource firewall 'Microsoft.ServiceBus/namespaces/networkRuleSets@2024-01-01' = if (private) {
  parent: namespace
  name: 'default'
  properties: {
    defaultAction: 'Deny'
    publicNetworkAccess: 'Disabled'
    trustedServiceAccessEnabled: true
  }
}

resource queue 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = [
  for lane in lanes: {
    parent: namespace
    name: lane.name
    properties: {
      maxDeliveryCount: lane.queue.maxDeliveryCount
      lockDuration: lane.queue.lockDuration
      defaultMessageTimeToLive: lane.queue.defaultMessageTimeToLive
      deadLetteringOnMessageExpiration: lane.queue.deadLetteringOnMessageExpiration
      requiresSession: lane.queue.requiresSession
      requiresDuplicateDetection: true
      duplicateDetectionHistoryTimeWindow: lane.queue.duplicateDetectionWindow
      enableBatchedOperations: true
      maxSizeInMegabytes: 5120
    }
  }
]

resource autoscale 'Microsoft.Insights/autoscaleSettings@2022-10-01' = if (premium && mostUnits > leastUnits) {
  name: 'autoscale-${namespace.name}'
  location: location
  tags: tags
  properties: {
    enabled: true
    targetResourceUri: namespace.id
    profiles: [
      {
        name: 'processor load'
        capacity: {
          minimum: string(leastUnits)
          maximum: string(mostUnits)
          default: string(leastUnits)
        }
        rules: [
          for step in [
            { operator: 'GreaterThan', threshold: 70, direction: 'Increase', cooldown: 'PT5M' }
            { operator: 'LessThan', threshold: 30, direction: 'Decrease', cooldown: 'PT15M' }
          ]: {
            metricTrigger: {
              metricNamespace: 'Microsoft.ServiceBus/namespaces'
              metricName: 'NamespaceCpuUsage'
              metricResourceUri: namespace.id
              timeGrain: 'PT1M'
              statistic: 'Average'
              timeAggregation: 'Average'
              timeWindow: 'PT10M'
              operator: step.operator
              threshold: step.threshold
            }
            scaleAction: {
              direction: step.direction
              type: 'ServiceAllowedNextValue'
              value: '1'
              cooldown: step.cooldown
            }
          }
        ]
      }
    ]
  }
}

resource secondary 'Microsoft.ServiceBus/namespaces@2024-01-01' = if (mirrored) {
  name: secondaryName
  location: mirrored ? settings.secondaryLocation : location
  tags: tags
  sku: { name: 'Premium', tier: 'Premium', capacity: leastUnits }
  // A partitioned namespace pairs with none that is not.
  properties: union(namespaceProperties, premiumProperties)
}

// Queues are copied to the secondary, messages are not: see the README on failing over.
resource alias 'Microsoft.ServiceBus/namespaces/disasterRecoveryConfigs@2024-01-01' = if (mirrored) {
  parent: namespace
  name: '${name}-alias'
  dependsOn: [queue]
  properties: { partnerNamespace: secondary.id }
}

var host = replace(split(namespace.properties.serviceBusEndpoint, '/')[2], ':443', '')

resource role 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for item in grants: {
    name: guid(namespace.id, item.key, item.role)
    scope: namespace
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', item.role)
      principalId: item.principalId
      principalType: item.principalType
    }
  }
]

resource secondaryRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for item in (mirrored ? grants : []): {
    name: guid(secondary.id, item.key, item.role)
    scope: secondary
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', item.role)
      principalId: item.principalId
      principalType: item.principalType
    }
  }
]

@description('The namespace\'s id.')
output id string = namespace.id

@description('Where clients connect: the alias where there is one, so that a failover needs no new setting.')
output fullyQualifiedNamespace string = mirrored ? replace(host, namespace.name, alias.name) : host
