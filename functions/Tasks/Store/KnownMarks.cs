using System.Collections.Concurrent;

namespace Serverless.Tasks.Store;

/// <summary>The marks that this instance wrote and that are still there: most changes need no other.</summary>
internal sealed class KnownMarks(TimeProvider time)
{
    // Well before anybody looks whether a bucket still needs its marks.
    private static readonly TimeSpan Young = TimeSpan.FromMinutes(3);

    // A few megabytes; a mark that is forgotten is written again, and nothing else.
    private const int Max = 20_000;

    private readonly ConcurrentDictionary<(string Partition, string Mark), DateTimeOffset> _until = new();

    /// <summary>Those of the marks of a partition that have to be written.</summary>
    public IReadOnlyList<string> FindMissing(string partition, IEnumerable<string> marks)
    {
        var now = time.GetUtcNow();
        return [.. marks.Distinct(StringComparer.Ordinal)
            .Where(mark => !_until.TryGetValue((partition, mark), out var until) || until <= now)];
    }

    /// <summary>Notes that marks are stored.</summary>
    public void Add(string partition, IEnumerable<string> marks)
    {
        if (_until.Count > Max) _until.Clear();
        foreach (var mark in marks) _until[(partition, mark)] = TaskMarks.CalculateKnownUntil(mark, Young);
    }
}
