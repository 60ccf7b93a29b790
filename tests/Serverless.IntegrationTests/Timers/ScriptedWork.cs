using System.Collections.Concurrent;
using System.Globalization;
using Serverless.Timers;

namespace Serverless.IntegrationTests.Timers;

/// <summary>Work that does what a test says, and remembers when.</summary>
internal sealed class ScriptedWork(string name, TimeProvider time, Func<CancellationToken, Task>? run = null) : ITimedWork
{
    public string Name => name;

    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(30);

    public Func<CancellationToken, Task>? Does { get; set; } = run;

    public ConcurrentQueue<DateTimeOffset> Runs { get; } = [];

    public IReadOnlyList<string> Times => [.. Runs.Select(r => r.ToString("HH:mm:ss", CultureInfo.InvariantCulture))];

    public Task RunAsync(TimedRun run, CancellationToken cancellationToken)
    {
        Runs.Enqueue(time.GetUtcNow());
        return Does?.Invoke(cancellationToken) ?? Task.CompletedTask;
    }
}
