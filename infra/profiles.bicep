import { settings } from 'types.bicep'

@export()
@description('The cheapest that works.')
var dev settings = {
  storageRedundancy: 'Standard_LRS'
  deletedBlobDays: 0
  taskResultDays: 1
  csvOutputDays: 30
  incomingDays: 30
  separateStorage: false
  dataAccounts: 1
  durable: 'storage'
  schedulerSku: 'Consumption'
  deleteLock: false
  serviceBus: {
    sku: 'Standard'
    messagingUnits: { minimum: 1, maximum: 1 }
    partitions: 1
    secondaryLocation: ''
  }
  app: {
    instanceMemoryMB: 2048
    maximumInstanceCount: 40
    zoneRedundant: false
    alwaysReady: { durable: 1, http: 0, highLanes: 0 }
    rollingUpdates: false
    httpConcurrency: 16
  }
  heavy: {
    instanceMemoryMB: 2048
    maximumInstanceCount: 40
    zoneRedundant: false
    alwaysReady: { durable: 0, http: 0, highLanes: 0 }
    rollingUpdates: false
    httpConcurrency: 16
  }
  privateNetwork: false
  monitoring: {
    retentionDays: 30
    dailyQuotaGb: 1
    failurePercent: 20
    queueAgeMinutes: 60
    tellOwners: false
    monthlyBudget: 0
    resourceLogs: false
    availabilityTest: false
  }
}

@export()
@description('For production: zone redundant, private, warm where it matters.')
var prod settings = {
  storageRedundancy: 'Standard_ZRS'
  deletedBlobDays: 7
  taskResultDays: 1
  csvOutputDays: 0
  incomingDays: 0
  separateStorage: false
  dataAccounts: 1
  durable: 'storage'
  schedulerSku: 'Consumption'
  deleteLock: false
  serviceBus: {
    sku: 'Premium'
    messagingUnits: { minimum: 1, maximum: 4 }
    partitions: 1
    secondaryLocation: ''
  }
  app: {
    instanceMemoryMB: 2048
    maximumInstanceCount: 100
    zoneRedundant: true
    alwaysReady: { durable: 2, http: 2, highLanes: 2 }
    rollingUpdates: false
    httpConcurrency: 16
  }
  heavy: {
    instanceMemoryMB: 2048
    maximumInstanceCount: 40
    zoneRedundant: true
    alwaysReady: { durable: 0, http: 0, highLanes: 0 }
    rollingUpdates: false
    httpConcurrency: 16
  }
  privateNetwork: true
  monitoring: {
    retentionDays: 90
    dailyQuotaGb: -1
    failurePercent: 5
    queueAgeMinutes: 15
    tellOwners: true
    monthlyBudget: 0
    resourceLogs: true
    availabilityTest: true
  }
}
