using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Local.Runtime.Hosting;
using Serverless.Local.Sqlite;

namespace Serverless.Local.Runtime.Queues;

/// <summary>Adds queues to a local host.</summary>
public static class LocalQueueServices
{
    /// <summary>Adds the <see cref="QueueBroker"/>, and <c>[ServiceBusTrigger]</c> on its queues.</summary>
    /// <param name="services">The services of a <see cref="LocalFunctionsHost"/>.</param>
    /// <param name="configure">Names the queues.</param>
    public static IServiceCollection AddLocalQueues(this IServiceCollection services, Action<QueueOptions> configure)
    {
        var options = new QueueOptions();
        configure(options);
        services.AddSingleton(options);
        services.AddSingleton(
            p => new QueueBroker(
                p.GetRequiredService<SqliteStore>(), options, p.GetRequiredService<TimeProvider>(),
                p.GetRequiredService<ILogger<QueueBroker>>()));
        services.AddSingleton<QueueScaler>().AddHostedService(p => p.GetRequiredService<QueueScaler>());
        services.AddSingleton<IQueueConsumers>(p => p.GetRequiredService<QueueScaler>());
        return services.AddSingleton<ITriggerKind, QueueTriggerKind>();
    }
}
