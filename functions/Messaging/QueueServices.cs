using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Messaging;

/// <summary>Registers what everything uses that sends or takes messages.</summary>
internal static class QueueServices
{
    /// <summary>Adds the catalog, and Service Bus behind it: one client, and so one connection, for everything that the app does.</summary>
    public static IServiceCollection AddQueues(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(QueueCatalog.Load())
        .AddSingleton<LaneConcurrencyLimiter>()
        .AddSingleton(_ => ServiceBusClients.CreateClient(configuration))
        .AddSingleton(_ => ServiceBusClients.CreateAdministration(configuration))
        .AddSingleton<IQueueSender, ServiceBusQueueSender>()
        .AddSingleton<IQueueAdmin, ServiceBusQueueAdmin>()
        .AddSingleton<LaneHolds>();
}
