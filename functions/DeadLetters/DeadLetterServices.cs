using Microsoft.Extensions.DependencyInjection;
using Serverless.DeadLetters.Endpoints;
using Serverless.DeadLetters.Operations;
using Serverless.Tasks;

namespace Serverless.DeadLetters;

/// <summary>Registers the operations on dead letters and waiting messages.</summary>
internal static class DeadLetterServices
{
    /// <summary>Adds reading, requeueing and purging.</summary>
    public static IServiceCollection AddDeadLetters(this IServiceCollection services) => services
        .AddSingleton<DeadLetterReader>()
        .AddSingleton<DeadLetterProcessor>()
        .AddSingleton<DeadLetterRequeuer>()
        .AddSingleton<DeadLetterSettler>()
        .AddSingleton<RequeueCheck>()
        .AddSingleton<QueueOperationStarter>();
}
