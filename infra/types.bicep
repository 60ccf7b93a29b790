@export()
@description('What differs between a cheap deployment and one for production.')
type settings = {
  @description('How the storage account keeps its copies.')
  storageRedundancy: 'Standard_LRS' | 'Standard_ZRS' | 'Standard_GZRS'

  @description('Days that deleted blobs can be brought back; 0 for none.')
  @minValue(0)
  @maxValue(365)
  deletedBlobDays: int

  @description('Days that results of tasks are kept when the app, which deletes them by their own time to live, could not.')
  @minValue(1)
  taskResultDays: int

  @description('Days that the output of a CSV job is kept; 0 for ever.')
  @minValue(0)
  csvOutputDays: int

  @description('Days that a file stays in incoming after it was written, whatever became of it; 0 for ever.')
  @minValue(0)
  incomingDays: int

  @description('True: an account each for the host with Durable Functions, for the app\'s tables and for files; false: one for all.')
  separateStorage: bool

  @description('Storage accounts that share what jobs, tasks and runs own, by a hash of their ids. Cannot be changed once there are files.')
  @minValue(1)
  @maxValue(16)
  dataAccounts: int

  @description('Where orchestrations are kept: the storage account, or a Durable Task Scheduler. The package must be built for the same.')
  durable: 'storage' | 'scheduler'

  @description('With a scheduler: paid by action, or by capacity.')
  schedulerSku: 'Consumption' | 'Dedicated'

  @description('True: the account of the files is locked against deletion. Whoever deploys needs the right to make locks, which Owner has.')
  deleteLock: bool

  @description('The broker.')
  serviceBus: serviceBusSettings

  @description('The function app.')
  app: appSettings

  @description('The function app of the heavy lanes.')
  heavy: appSettings

  @description('True: storage, broker and vault are reached over private endpoints only. Needs the Premium broker.')
  privateNetwork: bool

  @description('Telemetry and alerts.')
  monitoring: monitoringSettings
}

@export()
@description('The broker.')
type serviceBusSettings = {
  @description('Standard is paid by operation; Premium by messaging unit, with its own machines and messages of up to 100 MB.')
  sku: 'Standard' | 'Premium'

  @description('Premium only: the messaging units between which it scales by its processor load.')
  messagingUnits: {
    @description('The least, and what it starts with.')
    minimum: 1 | 2 | 4 | 8 | 16

    @description('The most.')
    maximum: 1 | 2 | 4 | 8 | 16
  }

  @description('Premium only: message brokers that share each queue. Cannot be changed once the namespace is there.')
  partitions: 1 | 2 | 4

  @description('Premium only: the region of a second namespace to fail over to under the same name; empty for none.')
  secondaryLocation: string
}

@export()
@description('The function app on Flex Consumption.')
type appSettings = {
  @description('Memory of an instance; the processor comes with it: a quarter, one or two cores.')
  instanceMemoryMB: 512 | 2048 | 4096

  @description('The most instances. All apps of a region share 250 cores unless raised.')
  @minValue(1)
  @maxValue(1000)
  maximumInstanceCount: int

  @description('True: instances are spread over availability zones.')
  zoneRedundant: bool

  @description('Instances that always run, by scaling group or function.')
  alwaysReady: {
    @description('For orchestrations and their activities: the documentation asks for one with Azure Storage behind them.')
    @minValue(0)
    durable: int

    @description('For HTTP functions.')
    @minValue(0)
    http: int

    @description('For each of the high lanes.')
    @minValue(0)
    highLanes: int
  }

  @description('True: a deployment drains instances in batches and lets what they run end, instead of restarting all at once. A preview.')
  rollingUpdates: bool

  @description('HTTP requests that one instance serves at once. What else it does at once stands in host.json.')
  @minValue(1)
  @maxValue(1000)
  httpConcurrency: int
}

@export()
@description('Telemetry and alerts.')
type monitoringSettings = {
  @description('Days that telemetry is kept.')
  @minValue(30)
  @maxValue(730)
  retentionDays: int

  @description('Gigabytes of telemetry a day, after which the rest of the day is dropped; -1 for no limit.')
  dailyQuotaGb: int

  @description('Percent of task runs that may fail within 15 minutes before an alert.')
  @minValue(1)
  @maxValue(100)
  failurePercent: int

  @description('Minutes that the oldest message of a queue may wait before an alert.')
  @minValue(1)
  queueAgeMinutes: int

  @description('True: where no address is given, the owners of the subscription are told of alerts.')
  tellOwners: bool

  @description('US dollars a month of which an alert tells at 80 percent, and when 100 are foreseen; 0 for no budget.')
  @minValue(0)
  monthlyBudget: int

  @description('True: the logs of broker, storage and Event Grid go to the workspace as well.')
  resourceLogs: bool

  @description('True: an availability test asks the health endpoint from several regions.')
  availabilityTest: bool
}

@export()
@description('A queue of queues.json.')
type queue = {
  @description('What routes and callers say.')
  name: string

  @description('The Service Bus queues behind it.')
  lanes: string[]

  @description('Deliveries before a message is dead-lettered.')
  maxDeliveryCount: int

  @description('How long a received message is locked.')
  lockDuration: string

  @description('The longest life of an active message.')
  defaultMessageTimeToLive: string

  @description('True: a message that outlives its time is dead-lettered.')
  deadLetteringOnMessageExpiration: bool

  @description('True: every message needs a session.')
  requiresSession: bool

  @description('How long a message id is remembered.')
  duplicateDetectionWindow: string

  @description('Messages of one lane that one instance runs at once: for the app.')
  concurrency: int

  @description('True: its functions run in the app of the heavy lanes.')
  heavy: bool?

  @description('What callers may give: for the app.')
  priorities: { max: int, highFrom: int }?
}
