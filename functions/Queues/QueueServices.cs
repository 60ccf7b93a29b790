using Microsoft.Extensions.DependencyInjection;
using Serverless.Queues.DeadLetters;
using Serverless.Queues.Endpoints;
using Serverless.Queues.Operations;
using Serverless.Tasks;

namespace Serverless.Queues;

/// <summary>Registers the queues.</summary>
public static class QueueServices
{
    /// <summary>Adds the catalog. <see cref="IQueueSender"/> and <see cref="IQueueAdmin"/> come from the host.</summary>
    public static IServiceCollection AddQueues(this IServiceCollection services) => services
        .AddSingleton(QueueCatalog.Load())
        .AddSingleton<LaneGates>()
        .AddSingleton<QueueAges>()
        .AddSingleton<DeadLetterReader>()
        .AddSingleton<DeadLetterWalk>()
        .AddSingleton<Redrive>()
        .AddSingleton(p => new DeadLetterSettler(p.GetRequiredService<Redrive>(), p.GetRequiredService<TaskRegistry>()))
        .AddSingleton<RequeueCheck>()
        .AddSingleton<QueueOperationStarter>();
}
