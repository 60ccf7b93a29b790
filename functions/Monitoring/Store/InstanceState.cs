namespace Serverless.Monitoring.Store;

/// <summary>The last report of an instance of the app.</summary>
/// <param name="Instance">The instance.</param>
/// <param name="Seen">When it said so.</param>
/// <param name="Active">Its runs that have not ended, by task.</param>
/// <param name="Longest">Those that have run longest, at most <see cref="MaxTextLength"/>, longest first.</param>
/// <param name="OpenBreakers">The circuit breakers that let no call through.</param>
/// <param name="Lanes">Its runs that have not ended, by lane; null of an instance of an older version.</param>
internal sealed record InstanceState(
    string Instance, DateTimeOffset Seen, IReadOnlyDictionary<string, int> Active, IReadOnlyList<RunningTask> Longest,
    IReadOnlyList<string> OpenBreakers, IReadOnlyDictionary<string, int>? Lanes = null)
{
    /// <summary>The most runs that are named.</summary>
    public const int MaxTextLength = 500;
}
