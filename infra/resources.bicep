import { settings as settingsType } from 'types.bicep'
import { grantsOn } from 'roles.bicep'
import { containers, spreadContainers } from 'modules/storage.bicep'

@description('The region of everything.')
param location string

@description('What makes the names unique.')
param token string

@description('On every resource.')
param tags object

@description('Who is told of alerts; empty for nobody.')
param alertEmail string

@description('Client id of the Entra app registration; empty for none.')
param entraClientId string

@description('An OTLP endpoint; empty for none.')
param otlpEndpoint string

@description('Further app settings.')
param appSettings object

@description('Where people may reach a private storage account from.')
param allowedIpRanges string[]

@description('True: a vault for secrets.')
param keyVault bool

@description('The messaging units that a Premium broker has now; 0 when it is new.')
param messagingUnits int

@description('What differs between dev and prod.')
param settings settingsType

var identityName = 'id-${token}'
var storageName = 'st${token}'
var dataName = settings.separateStorage ? '${storageName}d' : storageName
var tablesName = settings.separateStorage ? '${storageName}t' : storageName
// The accounts that share files with the first, by the numbers that the app's settings have.
var sharingNames = map(range(2, settings.dataAccounts - 1), number => '${storageName}d${number}')
var serviceBusName = 'sb-${token}'
var serviceBusSecondaryName = settings.serviceBus.sku == 'Premium' && settings.serviceBus.secondaryLocation != ''
  ? '${serviceBusName}-2'
  : ''
// 24 characters at most.
var vaultName = keyVault ? 'kv-${token}' : ''
var topicName = 'evgt-${token}'
var insightsName = 'appi-${token}'

// Guests have a user principal name as well; service principals have none:
// https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-functions-deployment#deployer
var operator = {
  principalId: deployer().objectId
  principalType: empty(deployer().userPrincipalName) ? 'ServicePrincipal' : 'User'
}

// Empty without a scheduler.
var taskHubName = settings.durable == 'scheduler' ? 'serverless' : ''

var packages = [containers.deployment, containers.heavyDeployment]
var fileContainers = filter(map(items(containers), item => item.value), name => !contains(packages, name))

var queueFile = loadJsonContent('queues.json')
var lanes = flatten(map(queueFile.queues, queue => queue.lanes))
var urgentLanes = flatten(map(filter(queueFile.queues, queue => length(queue.lanes) > 1), queue => skip(queue.lanes, 1)))
var heavyLanes = flatten(map(filter(queueFile.queues, queue => queue.?heavy ?? false), queue => queue.lanes))

// The functions of the code, of which each app runs its own.
var functions = loadJsonContent('functions.json')
var heavyFunctions = map(heavyLanes, lane => 'queue_${replace(lane, '-', '_')}')
var urgentFunctions = map(urgentLanes, lane => 'queue_${replace(lane, '-', '_')}')

// One number says how many messages an instance takes of each lane, for a whole app. Flex runs each queue's function on instances of
// its own, but a lane that runs two at once would still take as many as one that runs sixteen, hold them locked, and get one instance for
// sixteen messages: https://learn.microsoft.com/azure/azure-functions/functions-target-based-scaling, and per-function scaling in
// https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan
// A Flex plan has one app: https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan#considerations
var apps = [
  {
    service: 'app'
    name: token
    settings: settings.app
    container: containers.deployment
    disabled: heavyFunctions
  }
  {
    service: 'heavy'
    name: '${token}-heavy'
    settings: settings.heavy
    container: containers.heavyDeployment
    disabled: filter(functions, name => !contains(heavyFunctions, name))
  }
]

module identity 'modules/identity.bicep' = {
  params: {
    name: identityName
    location: location
    tags: tags
  }
}

module network 'modules/network.bicep' = if (settings.privateNetwork) {
  params: {
    token: token
    location: location
    tags: tags
    storageId: storage.outputs.id
    dataStorageId: settings.separateStorage ? data!.outputs.id : ''
    tablesStorageId: settings.separateStorage ? tables!.outputs.id : ''
    sharingStorageIds: [for i in range(0, settings.dataAccounts - 1): sharing[i].outputs.id]
    serviceBusId: serviceBus.outputs.id
    serviceBusSecondaryId: empty(serviceBusSecondaryName)
      ? ''
      : resourceId('Microsoft.ServiceBus/namespaces', serviceBusSecondaryName)
    vaultId: keyVault ? vault!.outputs.id : ''
  }
}

// One account, or one each for the host, for files and for the app's tables.
module storage 'modules/storage.bicep' = {
  params: {
    location: location
    tags: tags
    settings: settings
    allowedIpRanges: settings.separateStorage ? [] : allowedIpRanges
    name: storageName
    containerNames: settings.separateStorage ? packages : concat(packages, fileContainers)
    holdsFiles: !settings.separateStorage
    grants: grantsOn(settings.separateStorage ? ['host'] : ['host', 'files'], identityName, identity.outputs.principalId, operator)
  }
}

module data 'modules/storage.bicep' = if (settings.separateStorage) {
  params: {
    location: location
    tags: tags
    settings: settings
    allowedIpRanges: allowedIpRanges
    name: dataName
    containerNames: fileContainers
    holdsFiles: true
    grants: grantsOn(['data', 'files'], identityName, identity.outputs.principalId, operator)
  }
}

module sharing 'modules/storage.bicep' = [
  for name in sharingNames: {
    params: {
      location: location
      tags: tags
      settings: settings
      allowedIpRanges: allowedIpRanges
      name: name
      containerNames: spreadContainers
      holdsFiles: true
      grants: grantsOn(['data', 'files'], identityName, identity.outputs.principalId, operator)
    }
  }
]

module tables 'modules/storage.bicep' = if (settings.separateStorage) {
  params: {
    location: location
    tags: tags
    settings: settings
    allowedIpRanges: []
    name: tablesName
    containerNames: []
    holdsFiles: false
    grants: grantsOn(['tables'], identityName, identity.outputs.principalId, operator)
  }
}

module scheduler 'modules/scheduler.bicep' = if (settings.durable == 'scheduler') {
  params: {
    name: 'dts-${token}'
    hubName: taskHubName
    location: location
    tags: tags
    sku: settings.schedulerSku
    grants: grantsOn(['scheduler'], identityName, identity.outputs.principalId, operator)
  }
}

module serviceBus 'modules/serviceBus.bicep' = {
  params: {
    name: serviceBusName
    secondaryName: serviceBusSecondaryName
    location: location
    tags: tags
    settings: settings.serviceBus
    messagingUnits: messagingUnits
    queues: queueFile.queues
    private: settings.privateNetwork
    grants: grantsOn(['serviceBus'], identityName, identity.outputs.principalId, operator)
  }
}

module vault 'modules/keyVault.bicep' = if (keyVault) {
  params: {
    name: vaultName
    location: location
    tags: tags
    private: settings.privateNetwork
    allowedIpRanges: allowedIpRanges
    grants: grantsOn(['vault'], identityName, identity.outputs.principalId, operator)
  }
}

module telemetry 'modules/telemetry.bicep' = {
  params: {
    workspaceName: 'log-${token}'
    insightsName: insightsName
    location: location
    tags: tags
    settings: settings.monitoring
    grants: grantsOn(['insights'], identityName, identity.outputs.principalId, operator)
  }
}

module eventGrid 'modules/eventGrid.bicep' = {
  params: {
    name: topicName
    location: location
    tags: tags
    storageName: dataName
    incomingContainer: containers.incoming
    deadLetterContainer: containers.undelivered
    serviceBusName: serviceBusName
    queueName: 'incoming'
  }
  dependsOn: [storage, data, serviceBus]
}

// The host reads its storage as soon as it is created: what is named here comes with the roles on it.
module app 'modules/app.bicep' = [
  for item in apps: {
    params: {
      name: item.name
      service: item.service
      location: location
      tags: tags
      identityId: identity.outputs.id
      identityClientId: identity.outputs.clientId
      settings: item.settings
      subnetId: settings.privateNetwork ? network!.outputs.appSubnetId : ''
      deploymentContainerUri: '${storage.outputs.blobServiceUri}${item.container}'
      blobServiceUri: storage.outputs.blobServiceUri
      queueServiceUri: storage.outputs.queueServiceUri
      tableServiceUri: storage.outputs.tableServiceUri
      separateStorage: settings.separateStorage
      dataBlobServiceUri: settings.separateStorage ? data!.outputs.blobServiceUri : ''
      tablesServiceUri: settings.separateStorage ? tables!.outputs.tableServiceUri : ''
      sharingBlobServiceUris: [for i in range(0, settings.dataAccounts - 1): sharing[i].outputs.blobServiceUri]
      taskHubName: taskHubName
      schedulerEndpoint: settings.durable == 'scheduler' ? scheduler!.outputs.endpoint : ''
      serviceBusNamespace: serviceBus.outputs.fullyQualifiedNamespace
      insightsConnectionString: telemetry.outputs.connectionString
      otlpEndpoint: otlpEndpoint
      appSettings: appSettings
      entraClientId: entraClientId
      urgentFunctions: urgentFunctions
      disabledFunctions: item.disabled
    }
  }
]

module alerts 'modules/alerts.bicep' = {
  params: {
    token: token
    location: location
    tags: tags
    email: alertEmail
    settings: settings.monitoring
    serviceBusId: serviceBus.outputs.id
    insightsId: telemetry.outputs.insightsId
    lanes: lanes
    topicId: eventGrid.outputs.topicId
    workspaceId: telemetry.outputs.workspaceId
    healthUri: '${app[0].outputs.uri}/api/health'
  }
}

module diagnostics 'modules/diagnostics.bicep' = if (settings.monitoring.resourceLogs) {
  params: {
    workspaceId: telemetry.outputs.workspaceId
    storageNames: concat([dataName], sharingNames)
    serviceBusName: serviceBusName
    topicName: topicName
    vaultName: vaultName
  }
  dependsOn: [storage, data, sharing, serviceBus, vault, eventGrid]
}

module budget 'modules/budget.bicep' = if (settings.monitoring.monthlyBudget > 0) {
  params: {
    name: 'budget-${token}'
    amount: settings.monitoring.monthlyBudget
    actionGroupId: alerts.outputs.actionGroupId
  }
}

module workbook 'modules/workbook.bicep' = {
  params: {
    location: location
    tags: tags
    insightsId: telemetry.outputs.insightsId
    serviceBusId: serviceBus.outputs.id
  }
}

@description('The function app.')
output functionName string = app[0].outputs.name

@description('Where the function app answers.')
output functionUri string = app[0].outputs.uri

@description('The blob service of the files.')
output blobServiceUri string = settings.separateStorage ? data!.outputs.blobServiceUri : storage.outputs.blobServiceUri

@description('The broker.')
output serviceBusNamespace string = serviceBus.outputs.fullyQualifiedNamespace

@description('What a reference to a secret begins with; empty without a vault.')
output vaultUri string = keyVault ? vault!.outputs.uri : ''
