using DurableTask.Core;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.Logging;

namespace Serverless.Local.Runtime.Durable;

/// <summary>
/// An orchestrator as the framework runs it. Code that waits for something that its context did not make would wait for ever on
/// Azure, or go on where it must not: here it is found.
/// </summary>
/// <param name="name">The orchestrator.</param>
/// <param name="code">What it does.</param>
/// <param name="input">Its input as JSON.</param>
/// <param name="options">How it is run.</param>
/// <param name="reportStranger">Called if the code ends outside of its turn; on any thread.</param>
internal sealed class GuardedOrchestrator(
    string name, Func<TaskOrchestrationContext, Task<object?>> code, string? input, DurableEngineOptions options, Action reportStranger)
        : ITaskOrchestrator
{
    private GuardedContext? _context;

    // The context reads the input's text itself, as whatever type the code asks for.
    public Type InputType => typeof(object);

    public Type OutputType => typeof(object);

    /// <summary>True if nothing that the code may wait for is left to come.</summary>
    public bool NothingPending => _context is { HasOpenTasks: false };

    public static InvalidOperationException WaitsForStranger(string name) => new(
        $"Orchestrator '{name}' waits for something that its context did not make. An orchestrator may only await tasks of its "
        + $"{nameof(TaskOrchestrationContext)}: no Task.Run, Task.Delay, I/O or locks. Do such work in an activity.");

    public async Task<object?> RunAsync(TaskOrchestrationContext context, object? parsed)
    {
        _context = new GuardedContext(context, name, input, options.Converter, options.Logging);
        try
        {
            return await code(_context);
        }
        finally
        {
            if (!OrchestrationContext.IsOrchestratorThread) reportStranger();
        }
    }

    private sealed class GuardedContext(
        TaskOrchestrationContext inner, string name, string? input, DataConverter converter, ILoggerFactory logging)
        : TaskOrchestrationContext
    {
        private readonly List<Task> _open = [];

        public bool HasOpenTasks
        {
            get
            {
                while (_open is [.., { IsCompleted: true }]) _open.RemoveAt(_open.Count - 1);
                return _open.Count > 0;
            }
        }

        public override TaskName Name => inner.Name;

        public override string InstanceId => inner.InstanceId;

        public override ParentOrchestrationInstance? Parent => inner.Parent;

        public override DateTime CurrentUtcDateTime => inner.CurrentUtcDateTime;

        public override bool IsReplaying => inner.IsReplaying;

        public override string Version => inner.Version;

        public override IReadOnlyDictionary<string, object?> Properties => inner.Properties;

        // The framework would send a message that nobody takes, and wait for its answer.
        public override TaskOrchestrationEntityFeature Entities => throw new NotSupportedException(
            "This host runs no durable entities: keep what orchestrations share in a table.");

        protected override ILoggerFactory LoggerFactory => logging;

        public override T GetInput<T>()
            where T : default
        {
            Here();
            return converter.Deserialize<T>(input)!;
        }

        public override Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null) =>
            Open(Here().CallActivityAsync<TResult>(name, input, options));

        public override Task<TResult> CallSubOrchestratorAsync<TResult>(
            TaskName orchestratorName, object? input = null, TaskOptions? options = null) =>
            Open(Here().CallSubOrchestratorAsync<TResult>(orchestratorName, input, options));

        public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken) =>
            Open(Here().CreateTimer(fireAt, cancellationToken));

        public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default) =>
            Open(Here().WaitForExternalEvent<T>(eventName, cancellationToken));

        public override void SendEvent(string instanceId, string eventName, object payload) =>
            Here().SendEvent(instanceId, eventName, payload);

        public override void SetCustomStatus(object? customStatus) => Here().SetCustomStatus(customStatus);

        public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) =>
            Here().ContinueAsNew(newInput, preserveUnprocessedEvents);

        public override void ContinueAsNew(Microsoft.DurableTask.ContinueAsNewOptions options) => Here().ContinueAsNew(options);

        public override Guid NewGuid() => Here().NewGuid();

        private T Open<T>(T task)
            where T : Task
        {
            if (!task.IsCompleted) _open.Add(task);
            return task;
        }

        private TaskOrchestrationContext Here() => OrchestrationContext.IsOrchestratorThread
            ? inner
            : throw new InvalidOperationException(
                $"The context of orchestrator '{name}' was used outside of the orchestrator's own thread. " +
                WaitsForStranger(name).Message);
    }
}
