@description('The region.')
param location string

@description('On the resource.')
param tags object

@description('The Application Insights resource that its queries ask.')
param insightsId string

@description('The broker whose metrics it shows.')
param serviceBusId string

var content = replace(
  replace(loadTextContent('../workbook.json'), '{insightsId}', insightsId),
  '{serviceBusId}',
  serviceBusId
)

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Serverless: queues, tasks, CSV jobs'
    category: 'workbook'
    version: 'Notebook/1.0'
    sourceId: insightsId
    serializedData: content
  }
}
