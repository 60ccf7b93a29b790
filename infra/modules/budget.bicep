@description('The budget\'s name.')
param name string

@description('US dollars a month.')
param amount int

@description('Who is told.')
param actionGroupId string

@description('The month that it begins with; it cannot be changed afterwards, and one in the past is refused when it is made.')
param start string = utcNow('yyyy-MM-01')

// A budget tells and stops nothing: https://learn.microsoft.com/azure/cost-management-billing/costs/tutorial-acm-create-budgets
resource budget 'Microsoft.Consumption/budgets@2023-11-01' = {
  name: name
  properties: {
    category: 'Cost'
    amount: amount
    timeGrain: 'Monthly'
    timePeriod: { startDate: start }
    notifications: {
      nearly: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 80
        thresholdType: 'Actual'
        contactEmails: []
        contactGroups: [actionGroupId]
      }
      foreseen: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: []
        contactGroups: [actionGroupId]
      }
    }
  }
}
