@description('What makes the names unique.')
param token string

@description('The region.')
param location string

@description('On every resource.')
param tags object

@description('The storage account of the host.')
param storageId string

@description('The storage account of the files; empty where it is the host\'s.')
param dataStorageId string

@description('The storage account of the app\'s tables; empty where it is the host\'s.')
param tablesStorageId string

@description('The storage accounts that share files with the first.')
param sharingStorageIds string[]

@description('The broker.')
param serviceBusId string

@description('The broker to fail over to; empty for none.')
param serviceBusSecondaryId string

@description('The vault; empty for none.')
param vaultId string

var zones = concat(
  [
    'privatelink.blob.${environment().suffixes.storage}'
    'privatelink.queue.${environment().suffixes.storage}'
    'privatelink.table.${environment().suffixes.storage}'
    'privatelink.servicebus.windows.net'
  ],
  // No suffix of environment() is that of the private zone: https://learn.microsoft.com/azure/private-link/private-endpoint-dns
  empty(vaultId) ? [] : ['privatelink.vaultcore.azure.net']
)

var endpoints = concat(
  [
    { name: 'blob', to: storageId, group: 'blob', zone: 0 }
    { name: 'queue', to: storageId, group: 'queue', zone: 1 }
    { name: 'table', to: storageId, group: 'table', zone: 2 }
    { name: 'broker', to: serviceBusId, group: 'namespace', zone: 3 }
  ],
  empty(dataStorageId) ? [] : [{ name: 'data', to: dataStorageId, group: 'blob', zone: 0 }],
  map(range(0, length(sharingStorageIds)), i => { name: 'data-${i + 2}', to: sharingStorageIds[i], group: 'blob', zone: 0 }),
  empty(tablesStorageId) ? [] : [{ name: 'tables', to: tablesStorageId, group: 'table', zone: 2 }],
  empty(serviceBusSecondaryId) ? [] : [{ name: 'broker-2', to: serviceBusSecondaryId, group: 'namespace', zone: 3 }],
  empty(vaultId) ? [] : [{ name: 'vault', to: vaultId, group: 'vault', zone: 4 }]
)

resource network 'Microsoft.Network/virtualNetworks@2025-01-01' = {
  name: 'vnet-${token}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.0.0.0/23'] }
    subnets: [
      {
        // An address an instance, and some for those that are being replaced.
        name: 'app'
        properties: {
          addressPrefix: '10.0.0.0/24'
          delegations: [
            {
              name: 'flex'
              properties: { serviceName: 'Microsoft.App/environments' }
            }
          ]
        }
      }
      {
        name: 'endpoints'
        properties: { addressPrefix: '10.0.1.0/27' }
      }
    ]
  }

  resource appSubnet 'subnets' existing = { name: 'app' }
  resource endpointSubnet 'subnets' existing = { name: 'endpoints' }
}

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for name in zones: {
    name: name
    location: 'global'
    tags: tags
  }
]

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (name, i) in zones: {
    parent: zone[i]
    name: 'vnet-${token}'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: network.id }
    }
  }
]

resource endpoint 'Microsoft.Network/privateEndpoints@2025-01-01' = [
  for item in endpoints: {
    name: 'pe-${item.name}-${token}'
    location: location
    tags: tags
    properties: {
      subnet: { id: network::endpointSubnet.id }
      privateLinkServiceConnections: [
        {
          name: item.name
          properties: {
            privateLinkServiceId: item.to
            groupIds: [item.group]
          }
        }
      ]
    }
  }
]

resource records 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-01-01' = [
  for (item, i) in endpoints: {
    parent: endpoint[i]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: item.name
          properties: { privateDnsZoneId: zone[item.zone].id }
        }
      ]
    }
  }
]

@description('The subnet that the app\'s instances run in.')
output appSubnetId string = network::appSubnet.id
