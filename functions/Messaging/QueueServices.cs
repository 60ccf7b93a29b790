using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Messaging;

/// <summary>Registers what everything uses that sends or takes messages.</summary>
public static class QueueServices
{
    /// <summary>Adds the catalog. <see cref="IQueueSender"/> and <see cref="IQueueAdmin"/> come from the host.</summary>
    public static IServiceCollection AddQueues(this IServiceCollection services) => services
        .AddSingleton(QueueCatalog.Load())
        .AddSingleton<LaneConcurrencyLimiter>();
}
