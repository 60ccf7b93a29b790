namespace Serverless.Monitoring;

/// <summary>All that is paused, whatever it is: one list for everybody who asks.</summary>
internal sealed class PauseList(IEnumerable<IPauseSource> sources)
{
    /// <summary>All of it, the oldest pause first, and last those that nobody knows the beginning of.</summary>
    public async Task<IReadOnlyList<PausedWork>> ReadAsync(CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(sources.Select(source => source.ListPausedAsync(cancellationToken)));
        return [.. found.SelectMany(some => some)
            .OrderBy(p => p.Since ?? DateTimeOffset.MaxValue).ThenBy(p => p.Kind, StringComparer.Ordinal)
            .ThenBy(p => p.Name, StringComparer.Ordinal)];
    }
}
