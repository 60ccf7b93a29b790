using System.Text.Json;
using Serverless.Messaging;
using Serverless.Tasks;
using Serverless.Tasks.Sending;

namespace Serverless.DeadLetters.Endpoints;

/// <summary>Looks a requeue request over before it is started: the caller learns all that is wrong at once.</summary>
internal sealed class RequeueCheck(DeadLetterReader reader, TaskRegistry registry)
{
    /// <summary>Said of what cannot be a group's key.</summary>
    public const string UnknownGroup = "Take a key that GET /api/queues/{queue}/deadletters/groups gave.";

    private const int MaxIds = 1000;
    private const int MaxIdLength = 128;
    private const int MaxCanaries = 100;

    /// <summary>Checks the request.</summary>
    /// <returns>The id that none of the dead letters has; null when there is no such.</returns>
    /// <exception cref="TaskValidationException">Something is wrong.</exception>
    /// <exception cref="UnknownTaskException">New arguments are given for a task that the app does not have.</exception>
    /// <exception cref="TaskTooLargeException">The arguments are too large.</exception>
    public async Task<string?> FindUnknownAsync(
        QueueEntry queue, RequeueRequest request, DeadLetterFilter filter, CancellationToken cancellationToken)
    {
        List<(string Option, string Sentence)> faults = [.. Faults(request, filter)];
        if (faults.Count > 0) throw new TaskValidationException(faults);

        // Several are looked for by the operation itself, which takes its time.
        if (request.Ids is not [var id]) return Check(request.Task, request.Args);
        if (await reader.FindAsync(queue, id, cancellationToken) is not var (_, message)) return id;
        return Check(message.Subject, request.Args);
    }

    private string? Check(string? task, JsonElement? args)
    {
        if (args is not { } given) return null;

        var size = JsonSerializer.SerializeToUtf8Bytes(given).Length;
        if (size > TaskArguments.MaxBytesInMessage) throw new TaskTooLargeException("args", size, TaskArguments.MaxBytesInMessage);
        if (!registry.TryFind(task ?? "", out var definition)) throw new UnknownTaskException(task ?? "", registry.All.Select(d => d.Name));
        if (SendCheck.FindFault(definition, given) is { } fault) throw new TaskValidationException([("args", fault)]);
        return null;
    }

    private static IEnumerable<(string Option, string Sentence)> Faults(RequeueRequest request, DeadLetterFilter filter)
    {
        if (filter.IsEmpty != request.All)
            yield return ("all", "Give ids, task, reason, since, before or group, or \"all\": true to requeue all of them.");
        if (request.Group is { Length: not DeadLetterFingerprint.KeyLength }) yield return ("group", UnknownGroup);
        if (request.Ids is { Count: 0 or > MaxIds }) yield return ("ids", $"Give 1 to {MaxIds}.");
        if (request.Ids?.Any(id => id is not { Length: > 0 and <= MaxIdLength }) == true)
            yield return ("ids", $"An id has 1 to {MaxIdLength} characters.");
        if (request.Canary is < 1 or > MaxCanaries) yield return ("canary", $"Give 1 to {MaxCanaries}.");
        if (request.Args is not null && request.Ids is not [_] && (request.Task is null || request.Task.EndsWith('*')))
            yield return ("args", "New arguments need one id, or the name of the task that takes them.");
    }
}
