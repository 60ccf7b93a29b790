namespace Serverless.Monitoring;

/// <summary>The runs of the last minutes, minute by minute.</summary>
/// <param name="From">The first minute; the last is the one that is not over.</param>
/// <param name="Succeeded">Runs that ended with a result.</param>
/// <param name="Failed">Runs after which the task was given up.</param>
/// <param name="Retried">Runs after which it was scheduled again.</param>
/// <param name="Revoked">Runs that were revoked.</param>
internal sealed record MinuteSeries(
    DateTimeOffset From, IReadOnlyList<long> Succeeded, IReadOnlyList<long> Failed, IReadOnlyList<long> Retried,
    IReadOnlyList<long> Revoked);
