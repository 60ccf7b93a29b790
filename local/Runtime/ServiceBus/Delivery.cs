using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.Local.Runtime.ServiceBus;

/// <summary>A message on its way into a function.</summary>
internal sealed record Delivery(
    ServiceBusReceivedMessage Message, ServiceBusMessageActions Actions, ServiceBusSessionMessageActions? SessionActions);
