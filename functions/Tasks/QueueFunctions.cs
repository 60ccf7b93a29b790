// Written from infra/queues.json by SERVERLESS_WRITE_QUEUE_FUNCTIONS=1 dotnet test tests/Serverless.InfraTests --filter QueueFunctions

using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.Messaging;
using Serverless.Tasks.Running;

namespace Serverless.Tasks;

/// <summary>A function for each lane of <c>infra/queues.json</c> that carries tasks.</summary>
internal sealed class QueueFunctions(TaskRunner runner)
{
    [Function("queue_default")]
    public Task Default(
        [ServiceBusTrigger("default", Connection = QueueConnection.Setting)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions, [DurableClient] DurableTaskClient durable, CancellationToken token) =>
        runner.RunAsync("default", message, actions, durable, token);

    [Function("queue_email")]
    public Task Email(
        [ServiceBusTrigger("email", Connection = QueueConnection.Setting)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions, [DurableClient] DurableTaskClient durable, CancellationToken token) =>
        runner.RunAsync("email", message, actions, durable, token);

    [Function("queue_email_high")]
    public Task EmailHigh(
        [ServiceBusTrigger("email-high", Connection = QueueConnection.Setting)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions, [DurableClient] DurableTaskClient durable, CancellationToken token) =>
        runner.RunAsync("email-high", message, actions, durable, token);

    [Function("queue_data_processing")]
    public Task DataProcessing(
        [ServiceBusTrigger("data_processing", Connection = QueueConnection.Setting)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions, [DurableClient] DurableTaskClient durable, CancellationToken token) =>
        runner.RunAsync("data_processing", message, actions, durable, token);

    [Function("queue_data_processing_high")]
    public Task DataProcessingHigh(
        [ServiceBusTrigger("data_processing-high", Connection = QueueConnection.Setting)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions, [DurableClient] DurableTaskClient durable, CancellationToken token) =>
        runner.RunAsync("data_processing-high", message, actions, durable, token);

    [Function("queue_reports")]
    public Task Reports(
        [ServiceBusTrigger("reports", Connection = QueueConnection.Setting)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions, [DurableClient] DurableTaskClient durable, CancellationToken token) =>
        runner.RunAsync("reports", message, actions, durable, token);

    [Function("queue_media")]
    public Task Media(
        [ServiceBusTrigger("media", Connection = QueueConnection.Setting)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions, [DurableClient] DurableTaskClient durable, CancellationToken token) =>
        runner.RunAsync("media", message, actions, durable, token);

    [Function("queue_notifications")]
    public Task Notifications(
        [ServiceBusTrigger("notifications", Connection = QueueConnection.Setting)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions, [DurableClient] DurableTaskClient durable, CancellationToken token) =>
        runner.RunAsync("notifications", message, actions, durable, token);

    [Function("queue_notifications_high")]
    public Task NotificationsHigh(
        [ServiceBusTrigger("notifications-high", Connection = QueueConnection.Setting)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions, [DurableClient] DurableTaskClient durable, CancellationToken token) =>
        runner.RunAsync("notifications-high", message, actions, durable, token);

    [Function("queue_high_priority")]
    public Task HighPriority(
        [ServiceBusTrigger("high_priority", Connection = QueueConnection.Setting)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions, [DurableClient] DurableTaskClient durable, CancellationToken token) =>
        runner.RunAsync("high_priority", message, actions, durable, token);

    [Function("queue_normal_priority")]
    public Task NormalPriority(
        [ServiceBusTrigger("normal_priority", Connection = QueueConnection.Setting)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions, [DurableClient] DurableTaskClient durable, CancellationToken token) =>
        runner.RunAsync("normal_priority", message, actions, durable, token);

    [Function("queue_low_priority")]
    public Task LowPriority(
        [ServiceBusTrigger("low_priority", Connection = QueueConnection.Setting)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions, [DurableClient] DurableTaskClient durable, CancellationToken token) =>
        runner.RunAsync("low_priority", message, actions, durable, token);

    [Function("queue_cpu_workers")]
    public Task CpuWorkers(
        [ServiceBusTrigger("cpu_workers", Connection = QueueConnection.Setting)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions, [DurableClient] DurableTaskClient durable, CancellationToken token) =>
        runner.RunAsync("cpu_workers", message, actions, durable, token);

    [Function("queue_io_workers")]
    public Task IoWorkers(
        [ServiceBusTrigger("io_workers", Connection = QueueConnection.Setting)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions, [DurableClient] DurableTaskClient durable, CancellationToken token) =>
        runner.RunAsync("io_workers", message, actions, durable, token);

    [Function("queue_memory_workers")]
    public Task MemoryWorkers(
        [ServiceBusTrigger("memory_workers", Connection = QueueConnection.Setting)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions, [DurableClient] DurableTaskClient durable, CancellationToken token) =>
        runner.RunAsync("memory_workers", message, actions, durable, token);

    [Function("queue_tenants")]
    public Task Tenants(
        [ServiceBusTrigger("tenants", Connection = QueueConnection.Setting, IsSessionsEnabled = true)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions, ServiceBusSessionMessageActions session, [DurableClient] DurableTaskClient durable,
        CancellationToken token) => runner.RunInTurnAsync("tenants", message, actions, session, durable, token);

    [Function("queue_limited")]
    public Task Limited(
        [ServiceBusTrigger("limited", Connection = QueueConnection.Setting, IsSessionsEnabled = true)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions, ServiceBusSessionMessageActions session, [DurableClient] DurableTaskClient durable,
        CancellationToken token) => runner.RunInTurnAsync("limited", message, actions, session, durable, token);
}
