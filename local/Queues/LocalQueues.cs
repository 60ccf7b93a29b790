using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Serverless.Jobs;
using Serverless.Local.Runtime.Queues;
using Serverless.Local.Sqlite;
using Serverless.Messaging;

namespace Serverless.Local.Queues;

/// <summary>Puts the app's queues on the local broker.</summary>
public static class LocalQueues
{
    /// <summary>Adds the broker with the app's queues, scaled by its policy, and the app's view of it.</summary>
    public static IServiceCollection AddServerlessQueues(this IServiceCollection services, ScalingLimits? limits = null)
    {
        var policy = new ScalingPolicy(limits ?? new ScalingLimits());
        services.AddLocalQueues(options =>
        {
            foreach (var definition in Definitions(QueueCatalog.Load())) options.Queues.Add(definition);
            options.Scale = load => policy.Decide(load.Consumers, load.Pending, load.CpuPercent, load.MemoryPercent);
            options.ScaleInterval = policy.Limits.Interval;
        });
        services.PostConfigure<HealthCheckServiceOptions>(checks =>
        {
            var queues = checks.Registrations.First(check => check.Name == "queues");
            var answers = queues.Factory;
            queues.Factory = provider => new WritableQueuesCheck(answers(provider), provider.GetRequiredService<SqliteStore>());
        });
        services.TryAddSingleton<IQueueSender, BrokerQueueSender>();
        services.TryAddSingleton<IQueueAdmin, BrokerQueueAdmin>();
        return services;
    }

    /// <summary>A definition for every lane, with its queue's settings.</summary>
    internal static IEnumerable<QueueDefinition> Definitions(QueueCatalog catalog) =>
        catalog.Entries.SelectMany(entry => entry.Lanes, (entry, lane) => new QueueDefinition(lane)
        {
            LockDuration = entry.LockDuration,
            MaxDeliveryCount = entry.MaxDeliveryCount,
            DefaultTimeToLive = entry.DefaultMessageTimeToLive,
            DeadLetterOnExpiration = entry.DeadLetteringOnMessageExpiration,
            RequiresSession = entry.RequiresSession,
            DuplicateDetectionWindow = entry.DuplicateDetectionWindow,
            Concurrency = entry.Concurrency,
        });
}
