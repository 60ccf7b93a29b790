using Microsoft.Extensions.DependencyInjection;
using Serverless.Queues.Endpoints;
using Serverless.Queues.Operations;
using Serverless.Tasks;

namespace Serverless.Queues.DeadLetters;

/// <summary>Registers the operations on dead letters and waiting messages.</summary>
internal static class DeadLetterServices
{
    /// <summary>Adds reading, requeueing and purging.</summary>
    public static IServiceCollection AddDeadLetters(this IServiceCollection services) => services
        .AddSingleton<DeadLetterReader>()
        .AddSingleton<DeadLetterWalk>()
        .AddSingleton<Redrive>()
        .AddSingleton(p => new DeadLetterSettler(p.GetRequiredService<Redrive>(), p.GetRequiredService<TaskRegistry>()))
        .AddSingleton<RequeueCheck>()
        .AddSingleton<QueueOperationStarter>();
}
