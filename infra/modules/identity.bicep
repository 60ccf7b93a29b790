@description('Its name.')
param name string

@description('The region.')
param location string

@description('On the resource.')
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

@description('What resources are given to use it.')
output id string = identity.id

@description('What code names it by.')
output clientId string = identity.properties.clientId

@description('What roles are given to.')
output principalId string = identity.properties.principalId
