import { grant } from '../roles.bicep'

@description('Its name.')
param name string

@description('The region.')
param location string

@description('On the resource.')
param tags object

@description('True: reached over a private endpoint only.')
param private bool

@description('Where people may reach a private vault from, to store secrets: public IPv4 addresses or CIDR ranges.')
param allowedIpRanges string[]

@description('Who may do what with it.')
param grants grant[]

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    // What is deleted comes back within 90 days, whoever deleted it: `azd down --purge` cannot purge it before either.
    enableSoftDelete: true
    enablePurgeProtection: true
    publicNetworkAccess: private && empty(allowedIpRanges) ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: private ? 'Deny' : 'Allow'
      ipRules: [for range in allowedIpRanges: { value: range }]
    }
  }
}

resource role 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for item in grants: {
    name: guid(vault.id, item.key, item.role)
    scope: vault
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', item.role)
      principalId: item.principalId
      principalType: item.principalType
    }
  }
]

@description('The vault\'s id.')
output id string = vault.id

@description('What a setting\'s reference begins with.')
output uri string = vault.properties.vaultUri
