import { grant } from '../roles.bicep'

@description('Its name.')
param name string

@description('The region.')
param location string

@description('On the resource.')
param tags object

@description('The task hub.')
param hubName string

@description('How it is paid.')
param sku 'Consumption' | 'Dedicated'

@description('Who may do what with it.')
param grants grant[]

// An empty list lets nobody in. Callers need a role all the same.
resource scheduler 'Microsoft.DurableTask/schedulers@2025-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    sku: sku == 'Dedicated' ? { name: sku, capacity: 1 } : { name: sku }
    ipAllowlist: ['0.0.0.0/0']
  }

  resource hub 'taskHubs' = { name: hubName }
}

resource role 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for item in grants: {
    name: guid(scheduler.id, item.key, item.role)
    scope: scheduler
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', item.role)
      principalId: item.principalId
      principalType: item.principalType
    }
  }
]

@description('Where it answers.')
output endpoint string = scheduler.properties.endpoint
