import { monitoringSettings } from '../types.bicep'

@description('What makes the names unique.')
param token string

@description('The region.')
param location string

@description('On every resource.')
param tags object

@description('Who is told; empty for nobody.')
param email string

@description('Thresholds.')
param settings monitoringSettings

@description('The broker.')
param serviceBusId string

@description('The Application Insights resource.')
param insightsId string

@description('The topic that announces blobs.')
param topicId string

@description('The Log Analytics workspace.')
param workspaceId string

@description('The Service Bus queues.')
param lanes string[]

@description('The health endpoint.')
param healthUri string

// Queries over what the app itself measures: see functions/Monitoring.
var queries = [
  {
    name: 'task-failures'
    description: 'More tasks fail than usual.'
    severity: 2
    query: '''
      customMetrics
      | where name == 'serverless.task.runs'
      | extend state = tostring(customDimensions['serverless.task.state'])
      | summarize failed = sumif(valueSum, state == 'FAILURE'), total = sum(valueSum) by queue = tostring(customDimensions['messaging.destination.name'])
      | where total >= 20 and failed * 100 >= total * {failurePercent}
    '''
  }
  {
    name: 'queue-age'
    description: 'A message has waited too long.'
    severity: 2
    query: '''
      customMetrics
      | where name == 'serverless.queue.age'
      | summarize age = max(valueMax) by queue = tostring(customDimensions['messaging.destination.name'])
      | where age >= {queueAgeMinutes} * 60
    '''
  }
  {
    name: 'csv-job-failures'
    description: 'A CSV job failed.'
    severity: 2
    query: '''
      traces
      | where tostring(customDimensions.CategoryName) startswith 'Serverless.CsvJobs' and tostring(customDimensions.EventName) == 'JobFailed'
    '''
  }
]

resource group 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${token}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'serverless'
    enabled: true
    // https://learn.microsoft.com/azure/azure-monitor/alerts/action-groups#email-azure-resource-manager
    armRoleReceivers: empty(email) && settings.tellOwners
      ? [
          {
            name: 'owners'
            // https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
            roleId: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635'
            useCommonAlertSchema: true
          }
        ]
      : []
    emailReceivers: empty(email)
      ? []
      : [
          {
            name: 'operators'
            emailAddress: email
            useCommonAlertSchema: true
          }
        ]
  }
}

resource deadLetters 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'dead-letters-${token}'
  location: 'global'
  tags: tags
  properties: {
    description: 'A queue has dead letters: look at them with deadletters list, then requeue or purge.'
    severity: 2
    enabled: true
    scopes: [serviceBusId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'dead letters'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          metricName: 'DeadletteredMessages'
          dimensions: [
            {
              name: 'EntityName'
              operator: 'Include'
              values: lanes
            }
          ]
          operator: 'GreaterThan'
          threshold: 0
          timeAggregation: 'Maximum'
        }
      ]
    }
    actions: [{ actionGroupId: group.id }]
  }
}

// What Event Grid gave up to deliver lies in a container, and nothing looks there but a person.
resource undelivered 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'undelivered-events-${token}'
  location: 'global'
  tags: tags
  properties: {
    description: 'Blob events were not delivered: see the container undelivered-events. The reconciler starts their files within the hour.'
    severity: 2
    enabled: true
    scopes: [topicId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'undelivered events'
          metricNamespace: 'Microsoft.EventGrid/systemTopics'
          // https://learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/microsoft-eventgrid-systemtopics-metrics
          metricName: 'DeadLetteredCount'
          operator: 'GreaterThan'
          threshold: 0
          timeAggregation: 'Total'
        }
      ]
    }
    actions: [{ actionGroupId: group.id }]
  }
}

// Beyond the cap the rest of the day is not seen, these alerts included: https://learn.microsoft.com/azure/azure-monitor/logs/daily-cap
resource cap 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = if (settings.dailyQuotaGb > 0) {
  name: 'log-cap-${token}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'log-cap'
    description: 'The daily cap of the logs was reached: until tomorrow nothing more is recorded, and no other alert comes from them.'
    severity: 1
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    autoMitigate: true
    criteria: {
      allOf: [
        {
          query: '_LogOperation | where Category =~ "Ingestion" | where Detail contains "OverQuota"'
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
    actions: { actionGroups: [group.id] }
  }
}

resource query 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for item in queries: {
    name: '${item.name}-${token}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: item.name
      description: item.description
      severity: item.severity
      enabled: true
      scopes: [insightsId]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: replace(
              replace(item.query, '{failurePercent}', string(settings.failurePercent)),
              '{queueAgeMinutes}',
              string(settings.queueAgeMinutes)
            )
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
          }
        ]
      }
      actions: { actionGroups: [group.id] }
    }
  }
]

resource health 'Microsoft.Insights/webtests@2022-06-15' = if (settings.availabilityTest) {
  name: 'health-${token}'
  location: location
  tags: union(tags, { 'hidden-link:${insightsId}': 'Resource' })
  kind: 'standard'
  properties: {
    SyntheticMonitorId: 'health-${token}'
    Name: 'health'
    Enabled: true
    Kind: 'standard'
    Frequency: 300
    Timeout: 30
    RetryEnabled: true
    Locations: [
      { Id: 'emea-nl-ams-azr' }
      { Id: 'emea-gb-db3-azr' }
      { Id: 'us-va-ash-azr' }
    ]
    Request: {
      RequestUrl: healthUri
      HttpVerb: 'GET'
      ParseDependentRequests: false
    }
    ValidationRules: {
      ExpectedHttpStatusCode: 200
      SSLCheck: true
      SSLCertRemainingLifetimeCheck: 7
    }
  }
}

resource unhealthy 'Microsoft.Insights/metricAlerts@2018-03-01' = if (settings.availabilityTest) {
  name: 'unhealthy-${token}'
  location: 'global'
  tags: tags
  properties: {
    description: 'The health endpoint does not answer 200 in two of three regions.'
    severity: 1
    enabled: true
    scopes: [health.id, insightsId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      webTestId: health.id
      componentId: insightsId
      failedLocationCount: 2
    }
    actions: [{ actionGroupId: group.id }]
  }
}

@description('Who is told.')
output actionGroupId string = group.id
