import { grant } from '../roles.bicep'
import { monitoringSettings } from '../types.bicep'

@description('The workspace\'s name.')
param workspaceName string

@description('The Application Insights resource\'s name.')
param insightsName string

@description('The region.')
param location string

@description('On every resource.')
param tags object

@description('How much is kept, how long.')
param settings monitoringSettings

@description('Who may do what with it.')
param grants grant[]

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: settings.retentionDays
    workspaceCapping: { dailyQuotaGb: settings.dailyQuotaGb }
    features: { disableLocalAuth: true }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: insightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

resource role 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for item in grants: {
    name: guid(insights.id, item.key, item.role)
    scope: insights
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', item.role)
      principalId: item.principalId
      principalType: item.principalType
    }
  }
]

@description('The Application Insights resource\'s id.')
output insightsId string = insights.id

@description('Where telemetry is sent. It opens nothing by itself: the resource takes Entra tokens only.')
output connectionString string = insights.properties.ConnectionString

@description('The workspace\'s id.')
output workspaceId string = workspace.id
