using Microsoft.DurableTask;

namespace Serverless.UnitTests.Replay;

/// <summary>An orchestrator with a step of every kind, put together of steps, so that an edit is one line.</summary>
internal sealed record OrderRun
{
    public const string Price = "price", Pack = "pack", Wait = "wait", Ship = "ship", Approve = "approve", Note = "note", Bill = "bill",
        MailA = "mail a", MailB = "mail b";

    public IReadOnlyList<(string Name, Func<TaskOrchestrationContext, Task> Do)> Steps { get; init; } =
    [
        (Price, c => c.CallActivityAsync<int>("Price", "item")),
        (Pack, c => Task.WhenAll(Enumerable.Range(0, 3).Select(i => c.CallActivityAsync<int>("Pack", i)))),
        (Wait, c => c.CreateTimer(c.CurrentUtcDateTime.AddMinutes(5), CancellationToken.None)),
        (Ship, c => c.CallSubOrchestratorAsync<int>("Ship", "parcel")),
        (Approve, c => c.WaitForExternalEvent<bool>("approved")),
        (Note, c => Sent(c, "noted", 1)),
        (Bill, c => c.CallActivityAsync<int>("Bill", 7)),
        (MailA, c => c.CallActivityAsync<int>("Mail", "a")),
        (MailB, c => c.CallActivityAsync<int>("Mail", "b")),
    ];

    public Func<TaskOrchestrationContext, object?> Result { get; init; } = _ => 7;

    public static Task Sent(TaskOrchestrationContext context, string name, object payload)
    {
        context.SendEvent("listener", name, payload);
        return Task.CompletedTask;
    }

    public async Task<object?> RunAsync(TaskOrchestrationContext context)
    {
        foreach (var (_, run) in Steps) await run(context);
        return Result(context);
    }

    public OrderRun Without(string name) => this with { Steps = [.. Steps.Where(s => s.Name != name)] };

    public OrderRun With(string name, Func<TaskOrchestrationContext, Task> run) =>
        this with { Steps = [.. Steps.Select(s => s.Name == name ? (name, run) : s)] };

    public OrderRun Before(string name, Func<TaskOrchestrationContext, Task> run) =>
        this with { Steps = [.. Steps.SelectMany(s => s.Name == name ? [("new", run), s] : new[] { s })] };

    public OrderRun After(string name, Func<TaskOrchestrationContext, Task> run) =>
        this with { Steps = [.. Steps.SelectMany(s => s.Name == name ? [s, ("new", run)] : new[] { s })] };

    public OrderRun Swapped(string one, string other)
    {
        var (a, b) = (Steps.Single(s => s.Name == one), Steps.Single(s => s.Name == other));
        return this with { Steps = [.. Steps.Select(s => s.Name == one ? b : s.Name == other ? a : s)] };
    }
}
