targetScope = 'subscription'

import { settings as settingsType } from 'types.bicep'

@description('Names the resource group and, through a hash, everything in it.')
@minLength(1)
@maxLength(60)
param environmentName string

@description('The region of everything.')
@minLength(1)
param location string

@description('Who is told of alerts; empty for nobody: they show in the portal all the same.')
param alertEmail string = ''

@description('Client id of an Entra app registration whose tokens every HTTP request then needs, besides the function key; empty for keys alone.')
param entraClientId string = ''

@description('An OTLP endpoint that gets the telemetry as well; empty for none.')
param otlpEndpoint string = ''

@description('Further app settings. A secret only as a Key Vault reference: settings are read by whoever may read the app.')
param appSettings object = {}

@description('Where people may reach the storage of a private deployment from, to drop files and fetch results: public IPv4 addresses or CIDR ranges.')
param allowedIpRanges string[] = []

@description('True: a vault for secrets, which app settings then name.')
param keyVault bool = false

@description('The messaging units that a Premium broker has now, so that a deployment does not reset them; 0 when it is new. The hook before it asks.')
@minValue(0)
@maxValue(16)
param messagingUnits int = 0

@description('The name of the settings. It is a part of every name, since what differs cannot be changed in place: a Standard broker becomes no Premium one.')
@minLength(1)
@maxLength(20)
param profile string

@description('What differs between dev and prod.')
param settings settingsType

var tags = { 'azd-env-name': environmentName }

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module app 'resources.bicep' = {
  scope: group
  params: {
    location: location
    token: uniqueString(subscription().id, environmentName, location, profile)
    tags: tags
    alertEmail: alertEmail
    entraClientId: entraClientId
    otlpEndpoint: otlpEndpoint
    appSettings: appSettings
    allowedIpRanges: allowedIpRanges
    keyVault: keyVault
    messagingUnits: messagingUnits
    settings: settings
  }
}

@description('The region, for azd.')
output AZURE_LOCATION string = location

@description('The resource group.')
output AZURE_RESOURCE_GROUP string = group.name

@description('The function app.')
output AZURE_FUNCTION_NAME string = app.outputs.functionName

@description('Where the function app answers.')
output AZURE_FUNCTION_URI string = app.outputs.functionUri

@description('The blob service, as the app\'s setting of that name reads it.')
output AzureWebJobsStorage__blobServiceUri string = app.outputs.blobServiceUri

@description('The broker, as the app\'s setting of that name reads it.')
output ServiceBus__fullyQualifiedNamespace string = app.outputs.serviceBusNamespace

@description('What a reference to a secret begins with; empty without a vault.')
output AZURE_KEY_VAULT_URI string = app.outputs.vaultUri

@description('Where orchestrations are kept, for the package that is built for it.')
output SERVERLESS_DURABLE string = settings.durable

@description('What was deployed, for the check before the next time.')
output SERVERLESS_PROVISIONED_PROFILE string = profile
