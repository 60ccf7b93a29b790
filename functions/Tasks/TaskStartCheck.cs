using Microsoft.Extensions.Hosting;

namespace Serverless.Tasks;

/// <summary>
/// Makes what reads handlers, routes and retention when the host starts: their faults are the operator's to see, not the first caller's.
/// </summary>
#pragma warning disable CS9113 // Being made is all that is asked of it.
internal sealed class TaskStartCheck(TaskRouter router, TaskRetention retention) : IHostedService
#pragma warning restore CS9113
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
