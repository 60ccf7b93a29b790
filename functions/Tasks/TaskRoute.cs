namespace Serverless.Tasks;

/// <summary>Sends tasks to a queue.</summary>
/// <param name="Match">A task's exact name, or the start of names followed by <c>*</c>.</param>
/// <param name="Queue">A queue of <c>infra/queues.json</c>.</param>
internal sealed record TaskRoute(string Match, string Queue)
{
    /// <summary>True when it matches all names that start so.</summary>
    public bool IsPrefix => Match.EndsWith('*');

    /// <summary>The prefix that names must have.</summary>
    public string Prefix => Match.TrimEnd('*');
}
