using Microsoft.Extensions.Logging;

namespace Serverless.Tasks;

/// <summary>The facts about its run that a handler may use.</summary>
internal abstract class TaskContext
{
    /// <summary>The task's id: the same for every attempt.</summary>
    public abstract string Id { get; }

    /// <summary>The task's name.</summary>
    public abstract string Name { get; }

    /// <summary>0 for the first run, then one more with each retry.</summary>
    public abstract int Attempt { get; }

    /// <summary>The tenant it runs for; null outside the tenants queue.</summary>
    public abstract string? Tenant { get; }

    /// <summary>The batch that it is a member of; null for most tasks.</summary>
    public virtual string? Batch => null;

    /// <summary>Cancelled when the task is revoked, runs out of time, or the host stops.</summary>
    public abstract CancellationToken CancellationToken { get; }

    /// <summary>Writes under the task's name.</summary>
    public abstract ILogger Logger { get; }

    /// <summary>Shows progress; at most one write a second is stored, and always the last.</summary>
    /// <param name="current">Units done so far.</param>
    /// <param name="total">Units in all; 0 when unknown.</param>
    /// <param name="status">One line for people, at most 256 characters.</param>
    public abstract ValueTask ReportAsync(long current, long total, string? status = null);
}
