import { appSettings as settingsType } from '../types.bicep'

@description('The app\'s name, without what says that it is one.')
param name string

@description('What azd finds it by.')
param service string

@description('The region.')
param location string

@description('On every resource.')
param tags object

@description('The app\'s identity.')
param identityId string

@description('What code names the identity by.')
param identityClientId string

@description('Size and scale.')
param settings settingsType

@description('The subnet that its instances run in; empty for none.')
param subnetId string

@description('Where its package lies.')
param deploymentContainerUri string

@description('The blob service.')
param blobServiceUri string

@description('The queue service.')
param queueServiceUri string

@description('The table service.')
param tableServiceUri string

@description('True: files and tables lie in accounts of their own.')
param separateStorage bool

@description('The blob service of the files; empty for the host\'s.')
param dataBlobServiceUri string

@description('The table service of the app\'s tables; empty for the host\'s.')
param tablesServiceUri string

@description('The blob services of the accounts that share files with the first, in the order of their numbers.')
param sharingBlobServiceUris string[]

@description('The task hub of the Durable Task Scheduler; empty where orchestrations are kept in storage.')
param taskHubName string

@description('Where the scheduler answers.')
param schedulerEndpoint string

@description('The broker.')
param serviceBusNamespace string

@description('Where telemetry is sent.')
param insightsConnectionString string

@description('An OTLP endpoint; empty for none.')
param otlpEndpoint string

@description('Client id of the Entra app registration; empty for none.')
param entraClientId string

@description('Further app settings.')
param appSettings object

@description('The functions of the lanes of urgent messages.')
param urgentFunctions string[]

@description('The functions that another app runs.')
param disabledFunctions string[]

var alwaysReady = concat(
  settings.alwaysReady.durable > 0 ? [{ name: 'durable', instanceCount: settings.alwaysReady.durable }] : [],
  settings.alwaysReady.http > 0 ? [{ name: 'http', instanceCount: settings.alwaysReady.http }] : [],
  settings.alwaysReady.highLanes > 0
    ? map(urgentFunctions, name => { name: 'function:${name}', instanceCount: settings.alwaysReady.highLanes })
    : []
)

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: {
    reserved: true
    zoneRedundant: settings.zoneRedundant
  }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: 'func-${name}'
  location: location
  tags: union(tags, { 'azd-service-name': service })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      minTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
      remoteDebuggingEnabled: false
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: deploymentContainerUri
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: {
        alwaysReady: alwaysReady
        instanceMemoryMB: settings.instanceMemoryMB
        maximumInstanceCount: settings.maximumInstanceCount
        triggers: { http: { perInstanceConcurrency: settings.httpConcurrency } }
      }
      // Documented for this place since 2024-11-01, and not yet in Bicep's types:
      // https://learn.microsoft.com/azure/azure-functions/flex-consumption-site-updates
      #disable-next-line BCP037
      siteUpdateStrategy: settings.rollingUpdates ? { type: 'RollingUpdate' } : null
    }
  }

  resource configuration 'config' = {
    name: 'appsettings'
    properties: union(
      // When timers run: the host resolves the names in [TimerTrigger], and starts no function whose name it does not find.
      loadJsonContent('../timers.json'),
      // Each run is charged as a second at least: https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan#billing
      { ClockSchedule: '0 * * * * *' },
      // Event Grid announces the files here: the reconciler only makes up for events that were lost, and a listing costs.
      { CsvReconcilerSchedule: '0 0 * * * *' },
      {
        AzureWebJobsStorage__blobServiceUri: blobServiceUri
        AzureWebJobsStorage__queueServiceUri: queueServiceUri
        AzureWebJobsStorage__tableServiceUri: tableServiceUri
        AzureWebJobsStorage__credential: 'managedidentity'
        AzureWebJobsStorage__clientId: identityClientId
        ServiceBus__fullyQualifiedNamespace: serviceBusNamespace
        ServiceBus__credential: 'managedidentity'
        ServiceBus__clientId: identityClientId
        APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
        APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
        AZURE_CLIENT_ID: identityClientId
        // The host takes 100 MB, and reads a body into memory before the function sees it: larger files go to blob storage.
        Csv__MaxUploadBytes: '104857600'
        Files__MaxUploadBytes: '104857600'
      },
      // https://learn.microsoft.com/azure/azure-functions/disable-function: on Linux only names without a hyphen can be switched off.
      toObject(disabledFunctions, function => 'AzureWebJobs.${function}.Disabled', function => 'true'),
      separateStorage
        ? {
            DataStorage__blobServiceUri: dataBlobServiceUri
            DataStorage__clientId: identityClientId
            TableStorage__tableServiceUri: tablesServiceUri
            TableStorage__clientId: identityClientId
          }
        : {},
      toObject(range(0, length(sharingBlobServiceUris)), i => 'DataAccounts__${i + 2}__blobServiceUri', i => sharingBlobServiceUris[i]),
      toObject(range(0, length(sharingBlobServiceUris)), i => 'DataAccounts__${i + 2}__clientId', i => identityClientId),
      // https://learn.microsoft.com/azure/durable-task/scheduler/durable-task-scheduler-identity; host.json names both settings.
      empty(taskHubName)
        ? {}
        : {
            DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${schedulerEndpoint};Authentication=ManagedIdentity;ClientID=${identityClientId}'
            TASKHUB_NAME: taskHubName
          },
      // Only behind App Service authentication does the platform write who signed in.
      empty(entraClientId) ? {} : { Access__SignIn: 'true' },
      empty(otlpEndpoint) ? {} : { OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint },
      appSettings
    )
  }

  // Deploying takes an Entra token; the publishing passwords stay off.
  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }

  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource authentication 'config' = if (!empty(entraClientId)) {
    name: 'authsettingsV2'
    properties: {
      platform: { enabled: true }
      globalValidation: {
        requireAuthentication: true
        unauthenticatedClientAction: 'Return401'
        // The page's files hold no data, and the links of approvals are keys themselves.
        excludedPaths: ['/api/health', '/api/dashboard/*', '/api/approvals/*']
      }
      httpSettings: { requireHttps: true }
      identityProviders: {
        azureActiveDirectory: {
          enabled: true
          registration: {
            clientId: entraClientId
            openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
          }
          validation: { allowedAudiences: [entraClientId, 'api://${entraClientId}'] }
        }
      }
      login: { tokenStore: { enabled: false } }
    }
  }
}

@description('The app\'s name.')
output name string = app.name

@description('Where the app answers.')
output uri string = 'https://${app.properties.defaultHostName}'
